import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Given } from './case.ts'
import { CaseRun, dataOf } from './runner.ts'
import { builtIn, readLab, realGlance, type Target } from './target.ts'
import { Wire } from './wire.ts'

// What a table of requests cannot say: when an answer comes, what becomes of the connection, and what a broken upload leaves.

const lab = await readLab()
const sides: readonly { name: string; open: (() => Promise<Target>) | null }[] = [
  { name: 'the built-in service', open: builtIn },
  { name: 'Glance', open: lab === null ? null : async () => realGlance(lab) },
]
const MIB = 1024 * 1024

for (const side of sides) {
  describe.skipIf(side.open === null)(`${side.name}${side.open === null ? ': needs GLANCER_OPENSTACK_DIR' : ''}`, () => {
    let target: Target
    let run: CaseRun
    let wires: Wire[] = []

    beforeAll(async () => {
      if (side.open !== null) target = await side.open()
    })
    afterAll(async () => await target?.close())
    beforeEach(() => {
      run = new CaseRun(target)
    })
    afterEach(async () => {
      for (const wire of wires) wire.close()
      wires = []
      await run.clean()
    })

    function open(): Wire {
      const wire = new Wire(target.url)
      wires.push(wire)
      return wire
    }

    function head(id: string, extra: Record<string, string>, as: 'owner' | 'nobody' = 'owner'): string {
      const token = run.token(as)
      const headers: Record<string, string> = {
        Host: new URL(target.url).host,
        ...(token === null ? {} : { 'X-Auth-Token': token }),
        'Content-Type': 'application/octet-stream',
        ...extra,
      }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      return `PUT /v2/images/${id}/file HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
    }

    async function until(id: string, status: string): Promise<void> {
      await expect.poll(() => run.status(id), { timeout: 5000, interval: 20 }).toBe(status)
    }

    async function secondUploadWorks(id: string): Promise<void> {
      const put = await run.call('PUT', `/v2/images/${id}/file`, 'owner', { 'Content-Type': 'application/octet-stream' }, dataOf(1000))
      expect(put.status).toBe(204)
      const shown = JSON.parse((await run.call('GET', `/v2/images/${id}`, 'owner')).body.toString())
      expect(shown.checksum).toBe(createHash('md5').update(dataOf(1000)).digest('hex'))
    }

    const refusals: readonly [string, Given, Record<string, string>, 'owner' | 'nobody', number][] = [
      ['an active image', { status: 'active' }, {}, 'owner', 409],
      ['no formats', { status: 'queued', fields: { disk_format: null } }, {}, 'owner', 400],
      ['the wrong content type', { status: 'queued' }, { 'Content-Type': 'text/plain' }, 'owner', 415],
      ['an unknown store', { status: 'queued' }, { 'X-Image-Meta-Store': 'nowhere' }, 'owner', 400],
      ['no token', { status: 'queued' }, {}, 'nobody', 401],
      ['the quota', { status: 'queued' }, { 'Content-Length': String(26 * MIB) }, 'owner', 413],
    ]

    it.each(refusals)(
      'early answer, %s: before the first byte, and the connection lives on after the body',
      async (_, given, extra, as, status) => {
        const id = await run.make(given)
        const wire = open()
        const size = Number(extra['Content-Length'] ?? 4 * MIB)
        await wire.write(head(id, { 'Content-Length': String(size), ...extra }, as))
        const answer = await wire.answer()
        expect(answer.status).toBe(status)
        expect(answer.head.toLowerCase()).not.toContain('connection: close')
        await wire.write(Buffer.alloc(size))
        await wire.write(`GET /versions HTTP/1.1\r\nHost: ${new URL(target.url).host}\r\n\r\n`)
        expect((await wire.answer(15_000)).status).toBe(200)
      },
    )

    it.each(refusals)('Expect: 100-continue, %s: refused without the body, and closed', async (_, given, extra, as, status) => {
      const id = await run.make(given)
      const wire = open()
      await wire.write(head(id, { 'Content-Length': String(4 * MIB), Expect: '100-continue', ...extra }, as))
      const answer = await wire.answer()
      expect(answer.status).toBe(status)
      expect(answer.head.toLowerCase()).toContain('connection: close')
      await wire.untilEnd()
    })

    it('Expect: 100-continue, a good upload: 100, then the body, then 204', async () => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, { 'Content-Length': '1000', Expect: '100-continue' }))
      expect((await wire.answer()).status).toBe(100)
      await wire.write(dataOf(1000))
      expect((await wire.answer()).status).toBe(204)
      expect(await run.status(id)).toBe('active')
    })

    it.each([
      ['closed', (wire: Wire) => wire.close()],
      ['reset', (wire: Wire) => wire.reset()],
    ] as const)('an upload that is %s in the middle ends in queued and can be repeated', async (_, cut) => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, { 'Content-Length': String(4 * MIB) }))
      await wire.write(dataOf(2 * MIB))
      await until(id, 'saving')
      cut(wire)
      await until(id, 'queued')
      await secondUploadWorks(id)
    })

    it('an upload whose sender says that no more comes ends in queued', async () => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, { 'Content-Length': String(4 * MIB) }))
      await wire.write(dataOf(2 * MIB))
      await until(id, 'saving')
      wire.halfClose()
      await until(id, 'queued')
      await secondUploadWorks(id)
    })

    it.each([
      ['at the border of a chunk', '5\r\nhello\r\n'],
      ['inside a chunk', '100\r\nhello'],
    ])('a chunked upload that is cut %s ends in queued and can be repeated', async (_, body) => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, { 'Transfer-Encoding': 'chunked' }) + body)
      await until(id, 'saving')
      wire.close()
      await until(id, 'queued')
      await secondUploadWorks(id)
    })

    it('a staged upload that is cut ends in queued', async () => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, { 'Content-Length': '4000' }).replace('/file', '/stage'))
      await wire.write(dataOf(2000))
      await until(id, 'uploading')
      wire.close()
      await until(id, 'queued')
      await secondUploadWorks(id)
    })

    it('a body that pauses is waited for, while others are served', async () => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, { 'Content-Length': '1000' }))
      await wire.write(dataOf(1000).subarray(0, 500))
      await until(id, 'saving')
      expect(await wire.silentFor(300)).toBe(true)
      await wire.write(dataOf(1000).subarray(500))
      expect((await wire.answer()).status).toBe(204)
    })

    it('an image that is deleted while it is uploaded: 410, and gone', async () => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, { 'Content-Length': '1000' }))
      await wire.write(dataOf(500))
      await until(id, 'saving')
      expect((await run.call('DELETE', `/v2/images/${id}`, 'owner')).status).toBe(204)
      await wire.write(dataOf(500))
      const answer = await wire.answer()
      expect(answer.status).toBe(410)
      expect(answer.body).toContain(`Image ${id} could not be found after upload.`)
      expect((await run.call('GET', `/v2/images/${id}`, 'owner')).status).toBe(404)
    })

    it('no length and no chunks: an active image of 0 bytes', async () => {
      const id = await run.make({ status: 'queued' })
      const wire = open()
      await wire.write(head(id, {}))
      expect((await wire.answer()).status).toBe(204)
      const shown = JSON.parse((await run.call('GET', `/v2/images/${id}`, 'owner')).body.toString())
      expect(shown).toMatchObject({ status: 'active', size: 0, checksum: 'd41d8cd98f00b204e9800998ecf8427e' })
    })

    it('chunks of any size', async () => {
      const id = await run.make({ status: 'queued' })
      const data = dataOf(3_000_001)
      const wire = open()
      await wire.write(head(id, { 'Transfer-Encoding': 'chunked' }))
      for (const [from, to] of [
        [0, 1],
        [1, 1 + 2 * MIB],
        [1 + 2 * MIB, data.length],
      ] as const) {
        await wire.write(`${(to - from).toString(16)}\r\n`)
        await wire.write(data.subarray(from, to))
        await wire.write('\r\n')
      }
      await wire.write('0\r\n\r\n')
      expect((await wire.answer()).status).toBe(204)
      const shown = JSON.parse((await run.call('GET', `/v2/images/${id}`, 'owner')).body.toString())
      expect(shown.checksum).toBe(createHash('md5').update(data).digest('hex'))
    })

    it('of two uploads at once one wins, the other gets 409', async () => {
      const id = await run.make({ status: 'queued' })
      const first = open()
      await first.write(head(id, { 'Content-Length': '1000' }))
      await first.write(dataOf(500))
      await until(id, 'saving')
      const second = await run.call('PUT', `/v2/images/${id}/file`, 'owner', { 'Content-Type': 'application/octet-stream' }, dataOf(10))
      expect(second.status).toBe(409)
      await first.write(dataOf(1000).subarray(500))
      expect((await first.answer()).status).toBe(204)
      expect(await run.status(id)).toBe('active')
    })

    it('several requests on one connection', async () => {
      const wire = open()
      for (let n = 0; n < 3; n++) {
        await wire.write(
          `GET /v2/images?limit=1 HTTP/1.1\r\nHost: ${new URL(target.url).host}\r\nX-Auth-Token: ${run.token('owner')}\r\n\r\n`,
        )
        expect((await wire.answer()).status).toBe(200)
      }
    })
  })
}
