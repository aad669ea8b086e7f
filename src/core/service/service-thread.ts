import { parentPort, workerData } from 'node:worker_threads'
import { startImageService } from './start.ts'
import type { ThreadReply } from './start-thread.ts'

// The service in a thread of its own: told its options at the start, told to close by any message.
const port = parentPort
if (port === null) throw new Error('service-thread runs as a worker thread only')

const say = (reply: ThreadReply) => port.postMessage(reply)

try {
  const { hashWorkerHref, ...options } = workerData
  const service = await startImageService({
    ...options,
    // A URL does not survive the way into a thread.
    ...(hashWorkerHref === undefined ? {} : { hashWorker: new URL(hashWorkerHref) }),
    log: (text: string) => say({ type: 'log', text }),
  })
  say({ type: 'listening', url: service.url, port: service.port, token: service.token })
  port.once('message', () => {
    void service.close().finally(() => {
      say({ type: 'closed' })
      port.close()
    })
  })
} catch (error) {
  say({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
}
