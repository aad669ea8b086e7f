import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttp, type Http } from './http.ts'
import { signIn } from './keystone.ts'
import { sampleConfig, tokenAnswer } from './testing/fakes.ts'

const TIMEOUT_MS = 400
let server: Server | null = null
let http: Http | null = null
const seen: { method: string; url: string; token: string | undefined; body: string }[] = []

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  seen.length = 0
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const token = request.headers['x-auth-token']
    seen.push({ method: request.method ?? '', url: request.url ?? '', token: typeof token === 'string' ? token : undefined, body })
    answer(request, response)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  http = createHttp({ verify: true }, {}, TIMEOUT_MS)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
afterEach(async () => {
  await http?.close()
  server?.closeAllConnections()
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)))
})
const send = async (url: string, request: Partial<Parameters<Http['send']>[1]> = {}) => await http?.send(url, { method: 'GET', ...request })
const keystone = async (url: string) => {
  if (http === null) throw new Error('no http')
  return await signIn(sampleConfig({ authUrl: `${url}/v3` }), http)
}

describe('small requests', () => {
  it('follow a few redirects within the server, with what was sent', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/v3/auth/tokens') response.writeHead(308, { Location: '/identity/v3/auth/tokens' }).end()
      else {
        const { status, headers, body } = tokenAnswer('t')
        response.writeHead(status, headers as Record<string, string>).end(body)
      }
    })
    expect((await keystone(url)).token.reveal()).toBe('t')
    expect(seen.map(({ url: path }) => path)).toEqual(['/v3/auth/tokens', '/identity/v3/auth/tokens'])
    expect(seen[1]?.body).toBe(seen[0]?.body)
  })

  it('end a round of redirects', async () => {
    const url = await serve((request, response) => void response.writeHead(302, { Location: request.url === '/a' ? '/b' : '/a' }).end())
    await expect(send(`${url}/a`)).rejects.toMatchObject({
      code: 'odd-answer',
      message: `${new URL(url).host} sends us round in a circle.`,
    })
    expect(seen).toHaveLength(4)
    await expect(keystone(url)).rejects.toMatchObject({ code: 'odd-answer' })
  })

  it('take a token and a password to no other server', async () => {
    const other = createServer((request) => void seen.push({ method: 'other', url: request.url ?? '', token: undefined, body: '' }))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v3/auth/tokens`
    const url = await serve((_, response) => void response.writeHead(307, { Location: elsewhere }).end())
    await expect(keystone(url)).rejects.toMatchObject({
      code: 'odd-answer',
      message: `${new URL(url).host} sends us to another server.`,
      detail: new URL(elsewhere).origin,
    })
    expect(seen.map(({ method }) => method)).toEqual(['POST'])
    await new Promise((resolve) => other.close(resolve))
  })

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void]>([
    ['hangs', () => {}],
    ['hangs after the head', (_, response) => void response.writeHead(201).write('{')],
    [
      'drips',
      (_, response) => {
        response.writeHead(201)
        const timer = setInterval(() => response.write(' '), 50)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('a server that %s is given up in time', async (_, answer) => {
    const url = await serve(answer)
    const started = performance.now()
    await expect(keystone(url)).rejects.toMatchObject({ code: expect.stringMatching(/^(timeout|stalled)$/) })
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('a page of HTML where Keystone should be', async () => {
    const url = await serve(
      (_, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><h1>It works!</h1>'),
    )
    await expect(keystone(url)).rejects.toMatchObject({
      code: 'odd-answer',
      message: `${new URL(url).host} does not answer as Keystone v3 does.`,
      detail: 'It works!',
    })
  })

  it('an answer without end is cut off', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200)
      const more = (): void => {
        if (response.destroyed) return
        response.write(Buffer.alloc(1024 * 1024, 'x'))
        setImmediate(more)
      }
      more()
    })
    const before = process.memoryUsage.rss()
    await expect(send(url)).rejects.toMatchObject({ code: expect.stringMatching(/^(too-large|timeout)$/) })
    await expect(send(url, { limit: 1000 })).rejects.toMatchObject({ code: 'too-large' })
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6)
  })

  it('something that is not HTTP, and nobody', async () => {
    const url = await serve((request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    await expect(send(url)).rejects.toMatchObject({ code: expect.stringMatching(/^(odd-answer|reset)$/) })
    server?.closeAllConnections()
    await new Promise((resolve) => server?.close(resolve))
    await expect(send(url)).rejects.toMatchObject({ code: 'refused', message: `${new URL(url).host} refused the connection.` })
  })

  it('end when they are not wanted any more', async () => {
    const url = await serve(() => {})
    const abort = new AbortController()
    const sent = send(url, { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(sent).rejects.toThrow('enough')
  })
})
