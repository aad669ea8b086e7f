import { MessageChannel } from 'node:worker_threads'
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
