import type { MessagePort } from 'node:worker_threads'

/**
 * What a transfer worker and a hash thread say to each other over one port; a port is one digest of one job. Blocks themselves are told by way of
 * shared memory (`HashLane`), since a message for each costs two changes of thread: `more` and `read` only wake the other side where it sleeps.
 */
export type ToHash = { buffer: SharedArrayBuffer; lane: SharedArrayBuffer; blockSize: number } | 'more' | 'final'
export type FromHash = 'read' | { hex: string } | { unsupported: true }

/** One digest of a job, as the worker gets it: the name, and the port to the thread that computes it. */
export interface DigestPort {
  name: string
  port: MessagePort
}
