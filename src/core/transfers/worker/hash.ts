import { createHash } from 'node:crypto'
import { type MessagePort, parentPort } from 'node:worker_threads'
import type { FromHash, ToHash } from './hash-protocol.ts'

/**
 * A hash thread: computes digests of bytes in shared memory, for any number of transfers at once, each over a port of its own. It never
 * copies a byte, and says of each block when it has read it.
 */
interface Hasher {
  update(bytes: Uint8Array): void
  hex(): string
}

parentPort?.on('message', ({ name, port }: { name: string; port: MessagePort }) => serve(name, port))

function serve(name: string, port: MessagePort): void {
  const say = (message: FromHash): void => port.postMessage(message)
  let memory: Uint8Array | null = null
  // Blocks that come before an exotic hasher is loaded wait in the chain.
  let ready: Promise<Hasher | null> | Hasher | null = nodeHasher(name) ?? wasmHasher(name)
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

function nodeHasher(name: string): Hasher | null {
  try {
    const hash = createHash(name.replace(/^sha3_/, 'sha3-'))
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
  } catch {
    return null
  }
}

/** Python's hashlib names that OpenSSL, or Electron's BoringSSL, may lack. */
async function wasmHasher(name: string): Promise<Hasher | null> {
  const wasm = await import('hash-wasm')
  const makers: Readonly<Record<string, () => Promise<{ init(): unknown; update(data: Uint8Array): unknown; digest(): string }>>> = {
    blake2b: () => wasm.createBLAKE2b(512),
    blake2s: () => wasm.createBLAKE2s(256),
    sha3_224: () => wasm.createSHA3(224),
    sha3_256: () => wasm.createSHA3(256),
    sha3_384: () => wasm.createSHA3(384),
    sha3_512: () => wasm.createSHA3(512),
  }
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined
  if (make === undefined) return null
  const hasher = await make()
  hasher.init()
  return { update: (bytes) => void hasher.update(bytes), hex: () => hasher.digest() }
}
