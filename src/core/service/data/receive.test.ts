import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedHashPool } from '../hashing/hash-pool.ts'
import { BlockPool, LARGE_BLOCK, SMALL_BLOCK } from './block-pool.ts'
import { Receiver } from './receive.ts'

const hashes = sharedHashPool(new URL('../hashing/hash-worker.ts', import.meta.url))
let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-receive-'))
})
afterEach(async () => await rm(dir, { recursive: true, force: true }))

async function receive(blocks: BlockPool, chunks: readonly Uint8Array[]) {
  const path = join(dir, 'file')
  const file = await open(path, 'w+')
  try {
    const receiver = new Receiver(file, blocks, hashes, ['md5', 'sha512'])
    for (const chunk of chunks) await receiver.write(chunk)
    const received = await receiver.finish()
    await receiver.abandon()
    return { received, stored: await readFile(path) }
  } finally {
    await file.close()
  }
}

describe('a receiver', () => {
  it.each([
    ['one byte less than a small block', [SMALL_BLOCK - 1]],
    ['a small block', [SMALL_BLOCK]],
    ['a small and a large block', [SMALL_BLOCK, LARGE_BLOCK]],
    ['one chunk over many blocks', [7 * LARGE_BLOCK + 5]],
    ['chunks of odd sizes', Array.from({ length: 90 }, (_, n) => 65_536 - n * 7)],
  ])('keeps and hashes %s', async (_, sizes) => {
    const blocks = new BlockPool()
    const chunks = sizes.map((size) => randomBytes(size))
    const all = Buffer.concat(chunks)
    const { received, stored } = await receive(blocks, chunks)
    expect(stored.equals(all)).toBe(true)
    expect(received.bytes).toBe(all.length)
    expect(received.digests).toEqual({
      md5: createHash('md5').update(all).digest('hex'),
      sha512: createHash('sha512').update(all).digest('hex'),
    })
    expect(all.subarray(0, received.head.length).equals(received.head)).toBe(true)
    expect(blocks.lent).toBe(0)
  })

  it('goes on with small blocks when the pool is empty', async () => {
    const blocks = new BlockPool(1)
    const held = blocks.take(true)
    const bytes = randomBytes(5 * LARGE_BLOCK)
    expect((await receive(blocks, [bytes])).stored.equals(bytes)).toBe(true)
    blocks.give(held)
    expect(blocks.lent).toBe(0)
  })

  it('gives every block back when the disk fails, and says so', async () => {
    const blocks = new BlockPool()
    await rm(join(dir, 'file'), { force: true })
    await (await open(join(dir, 'file'), 'w')).close()
    const file = await open(join(dir, 'file'), 'r')
    const receiver = new Receiver(file, blocks, hashes, ['md5', 'sha512'])
    const send = async () => {
      for (let n = 0; n < 20; n++) await receiver.write(Buffer.alloc(LARGE_BLOCK))
      await receiver.finish()
    }
    await expect(send()).rejects.toThrow('EBADF')
    await receiver.abandon()
    expect(blocks.lent).toBe(0)
    await file.close()
  })

  it('gives every block back when it is abandoned in the middle', async () => {
    const blocks = new BlockPool()
    const file = await open(join(dir, 'file'), 'w+')
    const receiver = new Receiver(file, blocks, hashes, ['md5', 'sha512'])
    await receiver.write(Buffer.alloc(3 * LARGE_BLOCK))
    await receiver.abandon()
    expect(blocks.lent).toBe(0)
    await file.close()
  })
})

describe('a block pool', () => {
  it('refuses a block that comes back twice', () => {
    const blocks = new BlockPool()
    const block = blocks.take(true)
    blocks.give(block)
    expect(() => blocks.give(block)).toThrow('twice')
  })
})
