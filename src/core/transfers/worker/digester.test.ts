import { createHash, randomBytes } from 'node:crypto'
import { MessageChannel, Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { BlockRing } from './block-ring.ts'
import { Digester } from './digester.ts'

test('a hash thread that dies gives its blocks back: the job goes on without that digest', async () => {
  const ring = new BlockRing(2, 16)
  const { port1, port2 } = new MessageChannel()
  const digester = new Digester(ring, [{ name: 'md5', port: port1 }])
  for (let n = 0; n < 2; n++) {
    const block = await ring.take()
    ring.hold(block, digester.users)
    digester.feed(block)
  }
  const waiting = ring.take()
  expect(waiting).toBeInstanceOf(Promise)
  port2.close()
  const block = await waiting
  expect(digester.users).toBe(0)
  ring.hold(block, digester.users + 1)
  digester.feed(block)
  ring.release(block)
  expect(ring.freeBlocks).toBe(2)
  expect(await digester.finish()).toEqual({})
})

test('many blocks through a small ring: each is read whole before it is filled again, and whoever waits is told', async () => {
  const worker = new Worker(new URL('./hash.ts', import.meta.url))
  const names = ['md5', 'sha512']
  const ports = names.map((name) => {
    const { port1, port2 } = new MessageChannel()
    worker.postMessage({ name, port: port2 }, [port2])
    return { name, port: port1 }
  })
  const ring = new BlockRing(3, 65_536)
  const digester = new Digester(ring, ports)
  const whole = names.map((name) => createHash(name))
  for (let n = 0; n < 200; n++) {
    const block = await ring.take()
    const bytes = randomBytes(n % 5 === 0 ? 1 + n : 65_536)
    block.bytes.set(bytes)
    block.length = bytes.length
    for (const hash of whole) hash.update(bytes)
    ring.hold(block, digester.users)
    digester.feed(block)
  }
  expect(await digester.finish()).toEqual(Object.fromEntries(names.map((name, n) => [name, whole[n]?.digest('hex')])))
  expect(ring.freeBlocks).toBe(3)
  await worker.terminate()
})
