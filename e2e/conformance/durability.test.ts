import { type ChildProcess, fork } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startImageService } from '../../src/core/service/index.ts'
import { send } from './http.ts'
import { Wire } from './wire.ts'

// What the built-in service promises beyond being like Glance: nothing acknowledged is lost, nothing broken is left.

let dir = ''
let child: ChildProcess | null = null
let url = ''
let token = ''

const started = z.object({ url: z.string(), token: z.string() })
const OCTETS = { 'Content-Type': 'application/octet-stream' }

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-durability-'))
  await start()
})

afterEach(async () => {
  await kill()
  await rm(dir, { recursive: true, force: true })
})

async function start(): Promise<void> {
  child = fork(fileURLToPath(new URL('./child-service.ts', import.meta.url)), [dir], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  child.stderr?.resume()
  const [line] = await once(child.stdout ?? new Readable(), 'data')
  const known = started.parse(JSON.parse(String(line)))
  url = known.url
  token = known.token
}

async function kill(): Promise<void> {
  if (child === null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  child = null
}

async function restart(): Promise<void> {
  await kill()
  await start()
}

async function memory(): Promise<number> {
  const reply = once(child ?? process, 'message')
  child?.send('memory')
  return z.object({ rss: z.number() }).parse((await reply)[0]).rss
}

async function call(
  method: string,
  path: string,
  body?: Uint8Array | string | AsyncIterable<Uint8Array>,
  headers: Record<string, string> = {},
) {
  return await send(method, url + path, { 'X-Auth-Token': token, Accept: 'application/json', ...headers }, body)
}

async function create(fields: Record<string, unknown> = {}): Promise<string> {
  const made = await call('POST', '/v2/images', JSON.stringify({ disk_format: 'raw', container_format: 'bare', ...fields }))
  expect(made.status).toBe(201)
  return String(Object(JSON.parse(made.body.toString())).id)
}

async function show(id: string): Promise<Record<string, unknown>> {
  return Object(JSON.parse((await call('GET', `/v2/images/${id}`)).body.toString()))
}

const files = (store = 'disk') => readdir(join(dir, 'data', store))
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')

function putHead(id: string, length: number, path = 'file'): string {
  return `PUT /v2/images/${id}/${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${length}\r\n\r\n`
}

async function until(id: string, status: string): Promise<void> {
  await expect.poll(async () => (await show(id)).status, { timeout: 5000, interval: 20 }).toBe(status)
}

describe('killed with SIGKILL', () => {
  it('right after a 204: the image is active, with every byte', async () => {
    for (const size of [1000, 5_000_000]) {
      const bytes = randomBytes(size)
      const id = await create()
      expect((await call('PUT', `/v2/images/${id}/file`, bytes, OCTETS)).status).toBe(204)
      await restart()
      expect(await show(id)).toMatchObject({ status: 'active', size, checksum: md5(bytes) })
      expect((await call('GET', `/v2/images/${id}/file`)).body.equals(bytes)).toBe(true)
    }
  })

  it('right after a create, a patch and a delete: each is kept', async () => {
    const [kept, gone] = [await create({ name: 'before' }), await create()]
    const patch = JSON.stringify([{ op: 'replace', path: '/name', value: 'after' }])
    const type = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' }
    expect((await call('PATCH', `/v2/images/${kept}`, patch, type)).status).toBe(200)
    expect((await call('DELETE', `/v2/images/${gone}`)).status).toBe(204)
    await restart()
    expect((await show(kept)).name).toBe('after')
    expect((await call('GET', `/v2/images/${gone}`)).status).toBe(404)
    expect((await call('POST', '/v2/images', JSON.stringify({ id: gone }))).status).toBe(409)
  })

  it('in the middle of an upload: queued again, no partial file, and the upload can be repeated', async () => {
    const id = await create()
    const wire = new Wire(url)
    await wire.write(putHead(id, 8_000_000))
    await wire.write(Buffer.alloc(4_000_000))
    await until(id, 'saving')
    await expect.poll(() => files(), { timeout: 5000 }).toEqual([`${id}.part`])
    await restart()
    wire.close()
    expect((await show(id)).status).toBe('queued')
    expect(await files()).toEqual([])
    expect((await call('PUT', `/v2/images/${id}/file`, randomBytes(10), OCTETS)).status).toBe(204)
  })

  it('with staged data: still staged, and importable', async () => {
    const id = await create()
    const bytes = randomBytes(1_000_000)
    expect((await call('PUT', `/v2/images/${id}/stage`, bytes, OCTETS)).status).toBe(204)
    await restart()
    expect(await show(id)).toMatchObject({ status: 'uploading', size: bytes.length })
    expect((await call('POST', `/v2/images/${id}/import`, '{"method":{"name":"glance-direct"}}')).status).toBe(202)
    await until(id, 'active')
    expect((await show(id)).checksum).toBe(md5(bytes))
    expect(await files('os_glance_staging_store')).toEqual([])
  })

  it('files that no record speaks of are swept away, files that one does are kept', async () => {
    const id = await create()
    await call('PUT', `/v2/images/${id}/file`, randomBytes(100), OCTETS)
    await kill()
    await writeFile(join(dir, 'data', 'disk', randomUUID()), 'an orphan')
    await writeFile(join(dir, 'data', 'disk', `${id}.part`), 'half')
    await start()
    expect(await files()).toEqual([id])
  })
})

describe('the folder', () => {
  it('is refused to a second process', async () => {
    await expect(startImageService({ dataDir: dir })).rejects.toThrow('in use by another image service')
    expect((await call('GET', '/v2/images')).status).toBe(200)
  })

  it('is for its owner only', async () => {
    expect((await stat(dir)).mode & 0o777).toBe(0o700)
    expect((await stat(join(dir, 'token'))).mode & 0o777).toBe(0o600)
    const id = await create()
    await call('PUT', `/v2/images/${id}/file`, randomBytes(100), OCTETS)
    expect((await stat(join(dir, 'data', 'disk', id))).mode & 0o777).toBe(0o600)
  })

  it('has nothing left after a cut upload', async () => {
    const id = await create()
    for (const path of ['file', 'stage']) {
      const wire = new Wire(url)
      await wire.write(putHead(id, 4_000_000, path))
      await wire.write(Buffer.alloc(2_000_000))
      await until(id, path === 'file' ? 'saving' : 'uploading')
      wire.reset()
      await until(id, 'queued')
      expect([...(await files()), ...(await files('os_glance_staging_store'))]).toEqual([])
    }
  })

  it('a record that lost its data says so: 204', async () => {
    const id = await create()
    await call('PUT', `/v2/images/${id}/file`, randomBytes(100), OCTETS)
    await rm(join(dir, 'data', 'disk', id))
    expect((await call('GET', `/v2/images/${id}/file`)).status).toBe(204)
  })

  it('a data file that was cut short: the download breaks off, it never ends as if whole', async () => {
    const id = await create()
    await call('PUT', `/v2/images/${id}/file`, randomBytes(2_000_000), OCTETS)
    await truncate(join(dir, 'data', 'disk', id), 1_500_000)
    await expect(call('GET', `/v2/images/${id}/file`)).rejects.toThrow()
  })

  it.each([
    '../../../etc/passwd',
    '..%2f..%2ftoken',
    '%2e%2e%2f%2e%2e%2ftoken',
    '..',
    '%00',
    'a%00b',
    'C:%5Cwindows',
    '00000000-0000-4000-8000-000000000000%2f..%2f..%2ftoken',
  ])('cannot be left by the id %s', async (id) => {
    for (const [method, path] of [
      ['GET', `/v2/images/${id}`],
      ['GET', `/v2/images/${id}/file`],
      ['DELETE', `/v2/images/${id}`],
      ['PUT', `/v2/images/${id}/file`],
    ] as const) {
      const wire = new Wire(url)
      await wire.write(
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\nContent-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n`,
      )
      const answer = await wire.answer()
      wire.close()
      expect([300, 404, 405]).toContain(answer.status)
      expect(answer.body).not.toContain(token)
    }
    expect((await readdir(dir)).sort()).toEqual(['data', 'images.sqlite', 'images.sqlite-wal', 'token'])
  })

  it.each(['../slow', 'os_glance_staging_store', '/etc', '', '.'])('cannot be left by the store %j', async (store) => {
    const id = await create()
    const put = await call('PUT', `/v2/images/${id}/file`, randomBytes(10), { ...OCTETS, 'X-Image-Meta-Store': store })
    expect(put.status).toBe(400)
  })
})

describe('a client that falls silent', () => {
  it('is cut off after the timeout, and the image is queued again', async () => {
    await kill()
    const service = await startImageService({ dataDir: dir, clientSocketTimeoutMs: 300 })
    url = service.url
    token = service.token
    try {
      const id = await create()
      const wire = new Wire(url)
      await wire.write(putHead(id, 4_000_000))
      await wire.write(Buffer.alloc(2_000_000))
      await wire.untilEnd()
      await until(id, 'queued')
      expect(await files()).toEqual([])
    } finally {
      await service.close()
    }
  })
})

describe('sizes', () => {
  it('JSON over 1 MiB is 413, with a length and without', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(1_100_000) })
    expect((await call('POST', '/v2/images', large)).status).toBe(413)
    expect((await call('POST', '/v2/images', Readable.from([Buffer.from(large)]))).status).toBe(413)
    const patch = JSON.stringify([{ op: 'add', path: '/a', value: 'x'.repeat(1_100_000) }])
    const type = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' }
    expect((await call('PATCH', `/v2/images/${await create()}`, patch, type)).status).toBe(413)
  })

  it('a head over 32 KiB is 431', async () => {
    const wire = new Wire(url)
    await wire.write(`GET /v2/images HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${'t'.repeat(40_000)}\r\n\r\n`)
    expect((await wire.answer()).status).toBe(431)
    wire.close()
  })

  it('deep JSON is no trouble', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect((await call('POST', '/v2/images', `{"name":${deep}}`)).status).toBe(400)
    expect((await call('GET', '/v2/images')).status).toBe(200)
  })

  it('2 GiB need no more memory than 128 MiB, up and down', async () => {
    const small = await peakOf(128)
    const large = await peakOf(2048)
    expect((large - small) / 2 ** 20).toBeLessThan(48)
    expect(large / 2 ** 20).toBeLessThan(320)
  })

  /** The largest resident memory of the service, in bytes, while so many MiB go up and come down again. */
  async function peakOf(mib: number): Promise<number> {
    const id = await create()
    const block = randomBytes(1024 * 1024)
    let peak = 0
    const watch = setInterval(
      () =>
        void memory().then((rss) => {
          peak = Math.max(peak, rss)
        }),
      50,
    )
    const body = async function* () {
      for (let n = 0; n < mib; n++) yield block
    }
    expect((await call('PUT', `/v2/images/${id}/file`, body(), OCTETS)).status).toBe(204)
    const hash = createHash('md5')
    let got = 0
    const down = await fetch(`${url}/v2/images/${id}/file`, { headers: { 'X-Auth-Token': token } })
    for await (const part of down.body ?? []) {
      hash.update(part)
      got += part.byteLength
    }
    clearInterval(watch)
    expect(got).toBe(mib * block.length)
    expect((await show(id)).checksum).toBe(hash.digest('hex'))
    expect((await call('DELETE', `/v2/images/${id}`)).status).toBe(204)
    return peak
  }
})

describe('many at once', () => {
  it('200 clients upload and download different images', async () => {
    const round = async (n: number) => {
      const bytes = Buffer.alloc(300_000 + n, n)
      const id = await create({ name: `n${n}` })
      expect((await call('PUT', `/v2/images/${id}/file`, bytes, OCTETS)).status).toBe(204)
      expect((await call('GET', `/v2/images/${id}/file`)).body.equals(bytes)).toBe(true)
      expect((await show(id)).checksum).toBe(md5(bytes))
    }
    await Promise.all(Array.from({ length: 200 }, (_, n) => round(n)))
    expect(await files()).toHaveLength(200)
  })

  it('200 connections that upload slowly do not hold up one that is fast', async () => {
    const ids = await Promise.all(Array.from({ length: 200 }, () => create()))
    const wires = await Promise.all(
      ids.map(async (id) => {
        const wire = new Wire(url)
        await wire.write(putHead(id, 2_000_000))
        await wire.write(Buffer.alloc(1_000_000))
        return wire
      }),
    )
    const id = await create()
    const bytes = randomBytes(20_000_000)
    expect((await call('PUT', `/v2/images/${id}/file`, bytes, OCTETS)).status).toBe(204)
    for (const wire of wires) await wire.write(Buffer.alloc(1_000_000))
    for (const wire of wires) {
      expect((await wire.answer(20_000)).status).toBe(204)
      wire.close()
    }
    expect((await show(ids[7] ?? '')).checksum).toBe(md5(Buffer.alloc(2_000_000)))
  })

  it('of ten uploads to one image exactly one wins', async () => {
    const id = await create()
    const bodies = Array.from({ length: 10 }, (_, n) => Buffer.alloc(1_000_000, n))
    const answers = await Promise.all(
      bodies.map(async (bytes) => ({ bytes, status: (await call('PUT', `/v2/images/${id}/file`, bytes, OCTETS)).status })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, ...Array(9).fill(409)])
    const winner = answers.find((answer) => answer.status === 204)
    expect((await show(id)).checksum).toBe(md5(winner?.bytes ?? Buffer.alloc(0)))
  })
})
