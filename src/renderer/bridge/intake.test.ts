import { afterEach, expect, it, vi } from 'vitest'
import { Intake } from './intake.ts'

interface Sent {
  url: string
  size: number
  finish(status: number): void
}

/** Takes the place of the host's HTTP side; a body is answered when the test says so, head and tail at once. */
function stubHost(): Sent[] {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', (url: string, request: { body: Blob }) => {
    const { promise, resolve } = Promise.withResolvers<Response>()
    const finish = (status: number): void => resolve(new Response(null, { status }))
    sent.push({ url, size: request.body.size, finish })
    if (!url.endsWith('part=body')) finish(204)
    return promise
  })
  return sent
}

const file = (name: string, size: number): File => new File([new Uint8Array(size)], name, { lastModified: 1 })
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

afterEach(() => vi.unstubAllGlobals())

it('sends both ends of a file at once, and nothing of an empty one', async () => {
  const sent = stubHost()
  let next = 0
  const intake = new Intake(async () => ({ fileId: `f${next++}` }), vi.fn())
  expect(await intake.add([file('a', 3_000_000), file('empty', 0), file('small', 10)])).toEqual([
    { fileId: 'f0' },
    { fileId: 'f1' },
    { fileId: 'f2' },
  ])
  expect(sent.map(({ url, size }) => `${url} ${size}`)).toEqual([
    '/intake/f0?part=head 1048576',
    '/intake/f0?part=tail 65536',
    '/intake/f2?part=head 10',
    '/intake/f2?part=tail 10',
  ])
})

it('names a file that the host refuses, and goes on with the others', async () => {
  stubHost()
  const intake = new Intake(async ({ name }) => {
    if (name === 'bad') throw new Error('Too many files.')
    return { fileId: name }
  }, vi.fn())
  expect(await intake.add([file('bad', 1), file('good', 1)])).toEqual([{ name: 'bad', problem: 'Too many files.' }, { fileId: 'good' }])
})

it('sends three bodies at a time, and the next one when one is through, well or not', async () => {
  const sent = stubHost()
  const intake = new Intake(async ({ name }) => ({ fileId: name }), vi.fn())
  await intake.add(['a', 'b', 'c', 'd', 'e'].map((name) => file(name, 5)))
  const bodies = (): Sent[] => sent.filter(({ url }) => url.endsWith('part=body'))
  intake.sendBodies(['a', 'b', 'c', 'd', 'e', 'unknown'])
  expect(bodies()).toHaveLength(3)
  bodies()[0]?.finish(204)
  await settled()
  expect(bodies()).toHaveLength(4)
  bodies()[1]?.finish(500)
  await settled()
  expect(bodies().map(({ url }) => url.at(8))).toEqual(['a', 'b', 'c', 'd', 'e'])
})

it('tells the host of a file that cannot be read any more, but not of one that the host itself refused', async () => {
  const sent = stubHost()
  const giveUp = vi.fn()
  const intake = new Intake(async ({ name }) => ({ fileId: name }), giveUp)
  await intake.add([file('refused', 5), file('vanished', 5)])
  intake.sendBodies(['refused'])
  sent.at(-1)?.finish(500)
  await settled()
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  intake.sendBodies(['vanished'])
  await settled()
  expect(giveUp.mock.calls).toEqual([['vanished']])
})
