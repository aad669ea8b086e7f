import { type MessagePort, parentPort } from 'node:worker_threads'
import type { FromHash, ToHash } from './hash-protocol.ts'
import { type Hasher, hasherFor } from './hashers.ts'

/**
 * A hash thread: computes digests of bytes in shared memory, for any number of transfers at once, each over a port of its own. It never
 * copies a byte, and says of each block when it has read it.
 */
parentPort?.on('message', ({ name, port }: { name: string; port: MessagePort }) => serve(name, port))

function serve(name: string, port: MessagePort): void {
  const say = (message: FromHash): void => port.postMessage(message)
  let memory: Uint8Array | null = null
  // Blocks that come before an exotic hasher is loaded wait in the chain.
  let ready: Promise<Hasher | null> | Hasher | null = hasherFor(name)
  const handle = (hasher: Hasher | null, message: ToHash): void => {
    if (message === 'final') {
      say(hasher === null ? { unsupported: true } : { hex: hasher.hex() })
      port.close()
    } else if ('buffer' in message) {
      memory = new Uint8Array(message.buffer)
    } else {
      if (memory !== null) hasher?.update(memory.subarray(message.offset, message.offset + message.length))
      say({ index: message.index })
    }
  }
  port.on('message', (message: ToHash) => {
    if (ready instanceof Promise) {
      ready = ready.then((hasher) => {
        handle(hasher, message)
        return hasher
      })
    } else handle(ready, message)
  })
}
