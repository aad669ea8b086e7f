/** What this file uses of it; Node's types leave it to the DOM's. */
declare const WebAssembly: { Memory: new (size: { initial: number; maximum: number; shared: true }) => { buffer: unknown } }

const WASM_PAGE = 65_536

/**
 * Memory for worker threads to share that begins at a page, as the memory of WebAssembly does and a plain `SharedArrayBuffer` does not: only
 * such memory can go to a disk without a copy. Where there is no such memory, a plain one does.
 */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  if (bytes % WASM_PAGE === 0) {
    try {
      const pages = bytes / WASM_PAGE
      const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
      if (buffer instanceof SharedArrayBuffer) return buffer
    } catch {
      // A limit on address space: WebAssembly reserves more of it than it uses.
    }
  }
  return new SharedArrayBuffer(bytes)
}
