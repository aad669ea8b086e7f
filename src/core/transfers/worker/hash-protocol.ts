import type { MessagePort } from 'node:worker_threads'

/** What a transfer worker and a hash thread say to each other over one port; a port is one digest of one job. */
export type ToHash = { buffer: SharedArrayBuffer } | { index: number; offset: number; length: number } | 'final'
export type FromHash = { index: number } | { hex: string } | { unsupported: true }

/** One digest of a job, as the worker gets it: the name, and the port to the thread that computes it. */
export interface DigestPort {
  name: string
  port: MessagePort
}
