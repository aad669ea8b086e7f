import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Block, BlockRing } from './block-ring.ts'

describe('a block', () => {
  test('is taken again only after its last user has released it', async () => {
    const ring = new BlockRing(1, 16)
    const block = await ring.take()
    ring.hold(block, 3)
    let again: Block | null = null
    void Promise.resolve(ring.take()).then((taken) => {
      again = taken
    })
    ring.release(block)
    ring.release(block)
    await Promise.resolve()
    expect(again).toBeNull()
    ring.release(block)
    await Promise.resolve()
    expect(again).toBe(block)
  })

  test('that is released once too often is an error, not a block that two use', async () => {
    const ring = new BlockRing(2, 16)
    const block = await ring.take()
    ring.hold(block, 1)
    ring.release(block)
    expect(() => ring.release(block)).toThrow(RangeError)
    expect(ring.freeBlocks).toBe(2)
  })

  test('has memory of its own in the one shared buffer', () => {
    const ring = new BlockRing(3, 16)
    const blocks = [ring.take(), ring.take(), ring.take()]
    expect(blocks.map((block) => (block instanceof Promise ? null : block.bytes.byteOffset))).toEqual([0, 16, 32])
    expect(ring.take()).toBeInstanceOf(Promise)
    expect(ring.buffer.byteLength).toBe(48)
  })

  test('goes to whoever has waited longest', async () => {
    const ring = new BlockRing(1, 16)
    const block = await ring.take()
    const order: string[] = []
    const first = Promise.resolve(ring.take()).then(() => order.push('first'))
    const second = Promise.resolve(ring.take()).then(() => order.push('second'))
    ring.hold(block, 1)
    ring.release(block)
    await first
    ring.hold(block, 1)
    ring.release(block)
    await second
    expect(order).toEqual(['first', 'second'])
  })
})

test('whatever the order of releases, no block is out twice at the same time, and none is lost', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.nat(), { maxLength: 300 }),
      (blocks, users, picks) => {
        const ring = new BlockRing(blocks, 8)
        const out = new Map<Block, number>()
        for (const pick of picks) {
          if (pick % 2 === 0 && ring.freeBlocks > 0) {
            const block = ring.take()
            if (block instanceof Promise) throw new Error('a free block was not given')
            expect(out.has(block)).toBe(false)
            ring.hold(block, users)
            out.set(block, users)
          } else if (out.size > 0) {
            const [block, left] = [...out][pick % out.size] ?? []
            if (block === undefined || left === undefined) continue
            ring.release(block)
            if (left === 1) out.delete(block)
            else out.set(block, left - 1)
          }
          expect(ring.freeBlocks).toBe(blocks - out.size)
        }
      },
    ),
  )
})
