import { expect, test } from 'vitest'
import { BlockRing } from './block-ring.ts'
import { JobContext } from './job-context.ts'
import { sendBlock } from './send-block.ts'

/** A socket that always has room, and of which the test says when the kernel has taken what. */
function eagerSocket(): { pieces: number[]; taken: (() => void)[]; write(piece: Uint8Array, taken: () => void): null } {
  const socket = {
    pieces: [] as number[],
    taken: [] as (() => void)[],
    write(piece: Uint8Array, taken: () => void): null {
      socket.pieces.push(piece.length)
      socket.taken.push(taken)
      return null
    },
  }
  return socket
}

test('a block is not free before the kernel has it, though the socket has room for more', async () => {
  const ring = new BlockRing(1, 4096)
  const socket = eagerSocket()
  const block = await ring.take()
  block.length = 4096
  ring.hold(block, 1)
  expect(await sendBlock(block, 0, socket, new JobContext([], null, () => {}), () => ring.release(block))).toBe(4096)
  expect(ring.freeBlocks).toBe(0)
  socket.taken[0]?.()
  expect(ring.freeBlocks).toBe(1)
})

test('nor before the kernel has the last piece, where a cap cuts it into several; bytes count as they are taken', async () => {
  const ring = new BlockRing(1, 12_288)
  const socket = eagerSocket()
  const block = await ring.take()
  block.length = 12_288
  ring.hold(block, 1)
  const context = new JobContext([], 50_000, () => {})
  expect(await sendBlock(block, 100, socket, context, () => ring.release(block))).toBe(12_388)
  expect(socket.pieces.length).toBeGreaterThan(1)
  expect(socket.pieces.reduce((sum, bytes) => sum + bytes, 0)).toBe(12_288)
  expect(context.bytes).toBe(0)
  const last = socket.taken.pop()
  for (const taken of socket.taken) taken()
  expect(ring.freeBlocks).toBe(0)
  last?.()
  expect(ring.freeBlocks).toBe(1)
  expect(context.bytes).toBe(12_388)
})
