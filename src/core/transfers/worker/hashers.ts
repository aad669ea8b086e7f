import { createHash } from 'node:crypto'

/** One digest in the making. */
export interface Hasher {
  update(bytes: Uint8Array): void
  hex(): string
}

/** @returns null where this digest cannot be computed here; a promise for those that must be loaded first. */
export function hasherFor(name: string): Hasher | Promise<Hasher | null> {
  return nodeHasher(name) ?? wasmHasher(name)
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
