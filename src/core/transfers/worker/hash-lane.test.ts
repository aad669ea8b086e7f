import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HashLane } from './hash-lane.ts'

describe('a lane', () => {
  test('gives blocks in order, wakes a reader that sleeps and none that does not', () => {
    const lane = HashLane.make(4)
    const reader = HashLane.over(lane.buffer)
    expect(lane.feed(3, 30)).toBe(true)
    expect(lane.feed(1, 10)).toBe(false)
    expect(reader.next()).toEqual({ index: 3, length: 30 })
    expect(reader.done()).toBe(false)
    expect(reader.next()).toEqual({ index: 1, length: 10 })
    reader.done()
    expect(lane.feed(0, 5)).toBe(false)
    expect(reader.next()).toEqual({ index: 0, length: 5 })
    reader.done()
    expect(reader.next()).toBeNull()
    expect(lane.feed(2, 1)).toBe(true)
  })

  test('wakes a writer once it has read as many as that one wants, and once', () => {
    const lane = HashLane.make(4)
    for (let n = 0; n < 4; n++) lane.feed(n, 1)
    expect(lane.want(2)).toBe(true)
    expect(lane.done()).toBe(false)
    expect(lane.done()).toBe(true)
    expect(lane.done()).toBe(false)
    expect(lane.read).toBe(3)
  })

  test('says that nothing will be told where all that is wanted was read', () => {
    const lane = HashLane.make(2)
    lane.feed(0, 1)
    lane.done()
    expect(lane.want(1)).toBe(false)
    lane.feed(1, 1)
    expect(lane.done()).toBe(false)
  })

  test('takes no more blocks than it has places for', () => {
    const lane = HashLane.make(2)
    lane.feed(0, 1)
    lane.feed(1, 1)
    expect(() => lane.feed(0, 1)).toThrow(RangeError)
  })

  test('whatever the order of feeding and reading, each block comes once, in order, and nobody sleeps beside work', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.boolean(), { maxLength: 200 }), (places, steps) => {
        const lane = HashLane.make(places)
        let fed = 0
        let read = 0
        let awake = false
        for (const feeds of steps) {
          if (feeds && fed - read < places) {
            if (lane.feed(fed % places, fed)) awake = true
            fed++
          } else if (awake) {
            const block = lane.next()
            if (block === null) awake = false
            else {
              expect(block).toEqual({ index: read % places, length: read })
              lane.done()
              read++
            }
          }
          expect(awake || fed === read).toBe(true)
          expect(lane.read).toBe(read)
        }
      }),
    )
  })
})

test('between two threads that sleep whenever they can, no block is lost, doubled or waited for in vain', async () => {
  const BLOCKS = 20_000
  const lane = HashLane.make(3)
  const code = `
    import { parentPort, workerData } from 'node:worker_threads'
    import { HashLane } from ${JSON.stringify(new URL('./hash-lane.ts', import.meta.url).href)}
    const lane = HashLane.over(workerData)
    let expected = 0
    parentPort.on('message', () => {
      for (let block = lane.next(); block !== null; block = lane.next()) {
        if (block.length !== expected || block.index !== expected % 3) throw new Error('wrong block ' + block.length + ' instead of ' + expected)
        expected++
        if (lane.done()) parentPort.postMessage('read')
      }
    })`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: lane.buffer })
  let fed = 0
  let seen = 0
  const done = Promise.withResolvers<void>()
  worker.on('error', done.reject)
  const go = (): void => {
    for (;;) {
      seen = lane.read
      if (seen === BLOCKS) {
        done.resolve()
        return
      }
      while (fed < BLOCKS && fed - seen < 3) if (lane.feed(fed % 3, fed++)) worker.postMessage('more')
      if (lane.want(Math.min(fed, seen + 1 + (fed % 2)))) return
    }
  }
  worker.on('message', go)
  go()
  await done.promise
  expect(lane.read).toBe(BLOCKS)
  await worker.terminate()
})
