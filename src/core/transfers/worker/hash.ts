import { type MessagePort, parentPort } from 'node:worker_threads'
import { HashLane } from './hash-lane.ts'
import type { FromHash, ToHash } from './hash-protocol.ts'
import { type Hasher, hasherFor } from './hashers.ts'

/** After so many blocks of one digest the others of this thread have their turn. */
const BLOCKS_A_TURN = 4

/**
 * A hash thread: computes digests of bytes in shared memory, for any number of transfers at once, each over a port of its own. It never
 * copies a byte, and counts in shared memory what it has read.
 */
parentPort?.on('message', ({ name, port }: { name: string; port: MessagePort }) => {
  // What comes before an exotic hasher is loaded waits in the port.
  void Promise.resolve(hasherFor(name)).then((hasher) => serve(hasher, port))
})

function serve(hasher: Hasher | null, port: MessagePort): void {
  const say = (message: FromHash): void => port.postMessage(message)
  let memory: { bytes: Uint8Array; lane: HashLane; blockSize: number } | null = null
  let isOver = false
  let waits = false
  const readOne = (): boolean => {
    const block = memory?.lane.next() ?? null
    if (memory === null || block === null) return false
    const { bytes, lane, blockSize } = memory
    hasher?.update(bytes.subarray(block.index * blockSize, block.index * blockSize + block.length))
    if (lane.done()) say('read')
    return true
  }
  const turn = (): void => {
    waits = false
    for (let n = 0; n < BLOCKS_A_TURN; n++) if (isOver || !readOne()) return
    waits = true
    setImmediate(turn)
  }
  port.on('message', (message: ToHash) => {
    if (message === 'final') {
      while (readOne());
      say(hasher === null ? { unsupported: true } : { hex: hasher.hex() })
      port.close()
    } else if (message === 'more') {
      if (!waits) turn()
    } else memory = { bytes: new Uint8Array(message.buffer), lane: HashLane.over(message.lane), blockSize: message.blockSize }
  })
  port.on('close', () => {
    isOver = true
  })
}
