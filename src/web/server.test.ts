import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { FakeApp } from '../core/hosting/testing/fake-app.ts'
import { MESSAGE_LIMIT } from '../shared/protocol.ts'
import { startWebServer, type WebServer } from './server.ts'

let app: FakeApp
let server: WebServer
let folder: string
let own: string
let token: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glancer-web-'))
  await mkdir(join(folder, 'page', 'assets'), { recursive: true })
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>Glancer</title>')
  await writeFile(join(folder, 'page', 'assets', 'index-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.json'), '{"password":"x"}')
  app = new FakeApp()
  server = await startWebServer({
    app,
    pageRoot: join(folder, 'page'),
    port: 0,
    host: '127.0.0.1',
    limits: { unsentBytes: 1024 * 1024, openCalls: 3 },
  })
  own = `http://127.0.0.1:${server.port}`
  token = new URL(server.url).hash.slice('#token='.length)
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Answered {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A request as written: node:http neither tidies the path nor insists on a Host of its own. */
async function ask(
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | Readable } = {},
): Promise<Answered> {
  const request = httpRequest({ port: server.port, path, method: init.method ?? 'GET', headers: { Host: own.slice(7), ...init.headers } })
  const answered = once(request, 'response')
  if (init.body instanceof Readable) await pipeline(init.body, request)
  else request.end(init.body)
  const [response] = await answered
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

async function signIn(given: unknown = token, headers: Record<string, string> = { Origin: own }): Promise<Answered> {
  const body = JSON.stringify({ token: given })
  return ask('/session', { method: 'POST', headers: { 'Content-Length': String(body.length), ...headers }, body })
}

async function cookie(): Promise<string> {
  const { headers } = await signIn()
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** A socket that is open, with its messages kept from the first on. */
async function openBridge(): Promise<{ socket: WebSocket; next: () => Promise<Record<string, unknown>> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/bridge`, { headers: { Cookie: await cookie(), Origin: own } })
  const messages: Record<string, unknown>[] = []
  const waiting: ((message: Record<string, unknown>) => void)[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    const taker = waiting.shift()
    if (taker) taker(message)
    else messages.push(message)
  })
  await once(socket, 'open')
  return {
    socket,
    next: () => {
      const message = messages.shift()
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve))
    },
  }
}

async function refusedUpgrade(headers: Record<string, string>, path = '/bridge'): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
  const [, response] = await once(socket, 'unexpected-response')
  return response.statusCode
}

describe('the page', () => {
  test('comes with headers that allow nothing from elsewhere and nothing inline', async () => {
    const { status, headers, body } = await ask('/')
    expect(status).toBe(200)
    expect(body).toContain('<title>Glancer</title>')
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'content-type': 'text/html; charset=utf-8',
    })
  })

  test('refusals carry the same headers', async () => {
    const { status, headers } = await ask('/nothing.js')
    expect(status).toBe(404)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  test.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/..%2f..%2fsecret.json',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.json',
    '/..%5csecret.json',
    '/assets/index-abc.js%00.json',
    '/%ff',
    '//secret.json',
    '/assets',
    '/.git/config',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await ask(path)
    expect([400, 404]).toContain(status)
    expect(body).not.toContain('password')
  })

  test('is not written to', async () => {
    expect((await ask('/index.html', { method: 'PUT', headers: { Origin: own, 'Content-Length': '0' } })).status).toBe(405)
  })
})

describe('who may ask', () => {
  test.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])('a Host of "%s" is refused', async (host) => {
    expect((await ask('/', { headers: { Host: host } })).status).toBe(403)
  })

  test('localhost and [::1] with the port are this server too', async () => {
    expect((await ask('/', { headers: { Host: `localhost:${server.port}` } })).status).toBe(200)
    expect((await ask('/', { headers: { Host: `[::1]:${server.port}` } })).status).toBe(200)
  })

  test('a request without Host is refused', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.end('GET / HTTP/1.0\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('the right token gives a cookie that scripts and other sites cannot use', async () => {
    const { status, headers } = await signIn()
    expect(status).toBe(204)
    expect(headers['set-cookie']?.[0]).toMatch(new RegExp(`^glancer-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`))
  })

  test.each([['wrong'], [''], [null], [42], [{}]])('the token %j is refused', async (given) => {
    const { status, headers } = await signIn(given)
    expect(status).toBe(403)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test.each(['http://evil.example', 'null', ''])('the right token from a page of "%s" is refused', async (origin) => {
    expect((await signIn(token, { Origin: origin })).status).toBe(403)
  })

  test('the right token without an Origin is refused', async () => {
    expect((await signIn(token, {})).status).toBe(403)
  })

  test('a token body of any length but a small one is not read', async () => {
    const body = JSON.stringify({ token, more: 'x'.repeat(5000) })
    const sent = await ask('/session', { method: 'POST', headers: { Origin: own, 'Content-Length': String(body.length) }, body })
    expect(sent.status).toBe(403)
  })

  test('a page can ask whether its cookie is still good', async () => {
    expect((await ask('/session')).status).toBe(401)
    expect((await ask('/session', { headers: { Cookie: await cookie() } })).status).toBe(204)
    expect((await ask('/session', { headers: { Cookie: `glancer-${server.port}=x` } })).status).toBe(401)
  })

  test('listening on an address that others reach needs TLS', async () => {
    await expect(startWebServer({ app, pageRoot: folder, port: 0, host: '0.0.0.0' })).rejects.toThrow('without TLS')
  })
})

describe('the bridge', () => {
  test('is closed to those without a cookie, from elsewhere, or under another name', async () => {
    const Cookie = await cookie()
    expect(await refusedUpgrade({ Origin: own })).toBe(401)
    expect(await refusedUpgrade({ Origin: own, Cookie: `glancer-${server.port}=x` })).toBe(401)
    expect(await refusedUpgrade({ Cookie })).toBe(403)
    expect(await refusedUpgrade({ Origin: 'http://evil.example', Cookie })).toBe(403)
    expect(await refusedUpgrade({ Origin: `http://localhost:${server.port}`, Cookie })).toBe(403)
    expect(await refusedUpgrade({ Origin: own, Cookie, Host: 'evil.example' })).toBe(403)
    expect(await refusedUpgrade({ Origin: own, Cookie }, '/other')).toBe(404)
  })

  test('answers a call by its number', async () => {
    const { socket, next } = await openBridge()
    socket.send(JSON.stringify({ id: 7, call: 'transfers.detail', input: { id: 't1' } }))
    expect(await next()).toEqual({ id: 7, ok: true, value: { echo: { id: 't1' } } })
  })

  test.each(['no.such', '__proto__', 'constructor'])('answers the unknown command %s with its error', async (call) => {
    const { socket, next } = await openBridge()
    socket.send(JSON.stringify({ id: 1, call, input: {} }))
    expect(await next()).toMatchObject({ id: 1, ok: false, error: { code: 'unknown-command' } })
  })

  test('answers a wrong argument with its error', async () => {
    const { socket, next } = await openBridge()
    socket.send(JSON.stringify({ id: 2, call: 'transfers.detail', input: { id: 5 } }))
    expect(await next()).toMatchObject({ id: 2, ok: false, error: { code: 'bad-argument' } })
    expect(app.calls).toEqual([])
  })

  test('answers a frame with more than a call in it with an error, not by running it', async () => {
    const { socket, next } = await openBridge()
    socket.send(JSON.stringify({ id: 3, call: 'app.snapshot', input: {}, extra: true }))
    expect(await next()).toMatchObject({ id: 3, ok: false, error: { code: 'bad-argument' } })
    expect(app.calls).toEqual([])
  })

  test.each([
    ['what is not JSON', 'hello', 1008],
    ['what has no number', '{"call":"app.snapshot"}', 1008],
    ['bytes', Buffer.from([1, 2, 3]), 1003],
  ])('lets go of a client that sends %s', async (_what, frame, code) => {
    const { socket } = await openBridge()
    socket.send(frame)
    expect((await once(socket, 'close'))[0]).toBe(code)
  })

  test('an oversized frame closes that socket only', async () => {
    const [bad, good] = [await openBridge(), await openBridge()]
    bad.socket.send(JSON.stringify({ id: 1, call: 'app.snapshot', input: 'x'.repeat(MESSAGE_LIMIT) }))
    expect((await once(bad.socket, 'close'))[0]).toBe(1009)
    good.socket.send(JSON.stringify({ id: 1, call: 'app.snapshot', input: {} }))
    expect(await good.next()).toMatchObject({ id: 1, ok: true })
  })

  test('two pages get the same deltas, and each its own answers', async () => {
    const [one, two] = [await openBridge(), await openBridge()]
    app.emit({ seq: 1, freeBytes: 5 })
    const delta = { event: 'delta', payload: { seq: 1, freeBytes: 5 } }
    expect(await one.next()).toEqual(delta)
    expect(await two.next()).toEqual(delta)
    one.socket.send(JSON.stringify({ id: 1, call: 'transfers.detail', input: { id: 'a' } }))
    two.socket.send(JSON.stringify({ id: 1, call: 'transfers.detail', input: { id: 'b' } }))
    expect(await one.next()).toMatchObject({ value: { echo: { id: 'a' } } })
    expect(await two.next()).toMatchObject({ value: { echo: { id: 'b' } } })
  })

  test('a page that does not read is let go, and the others go on', async () => {
    const [slow, quick] = [await openBridge(), await openBridge()]
    const closed = once(slow.socket, 'close')
    // Stops reading from the kernel, as a frozen tab does.
    slow.socket.pause()
    const big = 'x'.repeat(512 * 1024)
    let dropped = false
    void closed.then(() => {
      dropped = true
    })
    // Each delta is awaited by the quick page, so the loop is paced by it; the kernel's buffers swallow some before anything piles up here.
    for (let seq = 1; seq <= 100 && !dropped; seq += 1) {
      app.emit({ seq, cloudFiles: [{ path: big, error: null }] })
      await quick.next()
      if (seq === 60) slow.socket.resume()
    }
    expect((await closed)[0]).toBe(1013)
    app.emit({ seq: 1000 })
    let last = await quick.next()
    while ((last.payload as { seq: number }).seq !== 1000) last = await quick.next()
    expect(quick.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('a page cannot pile up calls without end', async () => {
    let open = (): void => {}
    app.gate = new Promise((resolve) => {
      open = resolve
    })
    const { socket } = await openBridge()
    for (let id = 1; id <= 4; id += 1) socket.send(JSON.stringify({ id, call: 'app.snapshot', input: {} }))
    expect((await once(socket, 'close'))[0]).toBe(1013)
    open()
  })

  test('a page that is gone without a word is noticed', async () => {
    const beating = await startWebServer({ app, pageRoot: folder, port: 0, host: '127.0.0.1', limits: { heartbeatMs: 20 } })
    try {
      const origin = `http://127.0.0.1:${beating.port}`
      const body = JSON.stringify({ token: new URL(beating.url).hash.slice('#token='.length) })
      const session = await fetch(`${origin}/session`, { method: 'POST', headers: { Origin: origin }, body })
      const headers = { Cookie: session.headers.get('set-cookie')?.split(';')[0] ?? '', Origin: origin }
      const dead = new WebSocket(`${origin.replace('http', 'ws')}/bridge`, { headers, autoPong: false })
      const alive = new WebSocket(`${origin.replace('http', 'ws')}/bridge`, { headers })
      await Promise.all([once(alive, 'open'), once(dead, 'close')])
      await once(alive, 'ping')
      expect(alive.readyState).toBe(WebSocket.OPEN)
    } finally {
      await beating.close()
    }
  })

  test('closing says goodbye', async () => {
    const { socket } = await openBridge()
    const closed = once(socket, 'close')
    await server.close()
    expect((await closed)[0]).toBe(1001)
    server = await startWebServer({ app, pageRoot: folder, port: 0, host: '127.0.0.1' })
  })
})

describe('the intake of a file', () => {
  async function send(path: string, body: Readable | string, headers: Record<string, string> = {}): Promise<Answered> {
    return ask(path, { method: 'PUT', headers: { Origin: own, Cookie: await cookie(), ...headers }, body })
  }

  test('passes the bytes on in small pieces', async () => {
    const block = Buffer.alloc(1024 * 1024, 7)
    const blocks = 96
    const before = process.memoryUsage.rss()
    const sent = await send('/intake/f1?part=body', Readable.from(Array.from({ length: blocks }, () => block)))
    expect(sent).toMatchObject({ status: 204, body: '' })
    const [seen] = app.received
    expect(seen).toMatchObject({ fileId: 'f1', part: 'body', bytes: blocks * block.length })
    expect(seen?.largestChunk).toBeLessThanOrEqual(256 * 1024)
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024)
  })

  test('holds no more than the socket when the taker is slow', async () => {
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    let taken = 0
    app.files.receive = async (_id, _part, bytes) => {
      await gate
      for await (const chunk of bytes) taken += chunk.byteLength
    }
    let made = 0
    const block = Buffer.alloc(1024 * 1024)
    const total = 64
    const stalled = Promise.withResolvers<void>()
    const source = new Readable({
      read() {
        if (made === total) return void this.push(null)
        made += 1
        this.push(block)
        // Still asked for more than the kernel's two buffers hold: then nothing holds the sender back.
        if (made === 48) stalled.resolve()
      },
    })
    const sending = send('/intake/f1?part=body', source)
    const held = await Promise.race([stalled.promise.then(() => false), settled(() => made).then(() => true)])
    expect(held).toBe(true)
    go()
    expect((await sending).status).toBe(204)
    expect(taken).toBe(total * block.length)
  })

  test('answers an error of the core as the page understands it', async () => {
    const { status, headers, body } = await send('/intake/unknown?part=head', 'bytes')
    expect(status).toBe(404)
    expect(headers['content-type']).toContain('application/json')
    expect(JSON.parse(body)).toEqual({ code: 'file-missing', message: 'Glancer does not know this file any more.' })
  })

  test.each(['/intake/f1', '/intake/f1?part=middle', '/intake/?part=body', '/intake/a%2fb?part=body'])(
    '%s is no place for bytes',
    async (path) => {
      expect((await send(path, 'bytes')).status).toBe(400)
      expect(app.received).toEqual([])
    },
  )

  test('is closed to those without a cookie or from elsewhere', async () => {
    expect((await ask('/intake/f1?part=head', { method: 'PUT', headers: { Origin: own }, body: 'x' })).status).toBe(401)
    expect((await send('/intake/f1?part=head', 'x', { Origin: 'http://evil.example' })).status).toBe(403)
    expect(app.received).toEqual([])
  })

  test('a browser that goes away in mid-file ends the stream with an error', async () => {
    const ended = Promise.withResolvers<unknown>()
    app.files.receive = async (_id, _part, bytes) => {
      try {
        for await (const _chunk of bytes) socket.destroy()
        ended.resolve('complete')
      } catch (error) {
        ended.resolve(error)
        throw error
      }
    }
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      `PUT /intake/f1?part=body HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${own}\r\nCookie: ${await cookie()}\r\nContent-Length: 1000\r\n\r\nhalf`,
    )
    expect(await ended.promise).toBeInstanceOf(Error)
  })
})

/** Resolves once a number has stopped to change for 20 turns of the event loop's check phase that each saw I/O polled. */
async function settled(value: () => number): Promise<void> {
  let last = value()
  for (let calm = 0; calm < 200; ) {
    await new Promise((resolve) => setImmediate(resolve))
    const now = value()
    calm = now === last && now > 0 ? calm + 1 : 0
    last = now
  }
}
