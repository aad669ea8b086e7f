import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startImageServiceThread } from './index.ts'

describe('in a thread of its own', () => {
  it('serves, says its log, and closes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'glancer-thread-'))
    const threaded = await startImageServiceThread({ dataDir: folder })
    const ask = () => fetch(`${threaded.url}/v2/images`, { headers: { 'X-Auth-Token': threaded.token } })
    expect((await ask()).status).toBe(200)
    await expect(startImageServiceThread({ dataDir: folder })).rejects.toThrow('in use by another image service')
    await threaded.close()
    await expect(ask()).rejects.toThrow()
    await rm(folder, { recursive: true })
  })

  it('hashes in threads of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'glancer-thread-'))
    const threaded = await startImageServiceThread({ dataDir: folder })
    const headers = { 'X-Auth-Token': threaded.token }
    const made = await fetch(`${threaded.url}/v2/images`, {
      method: 'POST',
      headers,
      body: '{"disk_format":"raw","container_format":"bare"}',
    })
    const { id } = Object(await made.json())
    const bytes = randomBytes(64_000_000)
    const put = await fetch(`${threaded.url}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: { ...headers, 'Content-Type': 'application/octet-stream' },
      body: bytes,
    })
    expect(put.status).toBe(204)
    const shown = Object(await (await fetch(`${threaded.url}/v2/images/${id}`, { headers })).json())
    expect(shown.checksum).toBe(createHash('md5').update(bytes).digest('hex'))
    await threaded.close()
    await rm(folder, { recursive: true })
  })
})
