import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { HashReply, HashRequest } from './hash-pool.ts'

// One thread that hashes what it is shown. Several digests of several streams live here at once, each under its own number; messages come in
// order, so a stream's blocks are hashed in order.
const port = parentPort
if (port === null) throw new Error('hash-worker runs as a worker thread only')

const open = new Map<number, Hash>()

port.on('message', (request: HashRequest) => {
  switch (request.type) {
    case 'open':
      open.set(request.id, createHash(request.algorithm))
      return
    case 'update':
      open.get(request.id)?.update(new Uint8Array(request.block, 0, request.length))
      port.postMessage({ type: 'updated', id: request.id } satisfies HashReply)
      return
    case 'digest': {
      const value = open.get(request.id)?.digest('hex') ?? ''
      open.delete(request.id)
      port.postMessage({ type: 'digest', id: request.id, value } satisfies HashReply)
      return
    }
    case 'drop':
      open.delete(request.id)
  }
})
