import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads'
import { startImageService } from '../../src/core/service/start.ts'
import type { ThreadReply } from '../../src/core/service/start-thread.ts'
import { FaultDesk } from '../fixtures/fault-desk.ts'
import type { ToHost } from '../fixtures/host-messages.ts'
import { FAULT_ANSWERS, FAULT_ORDERS } from './fault-channels.ts'

// In the place of the product's service thread, where a test wants "This computer" to do something wrong: the same service, from its sources,
// with the test's plan of faults. All else in the process stays what was built.

const port = parentPort
if (port === null) throw new Error('faulty-service runs as a worker thread only')
const say = (reply: ThreadReply): void => port.postMessage(reply)

const desk = new FaultDesk()
const orders = new BroadcastChannel(FAULT_ORDERS)
const answers = new BroadcastChannel(FAULT_ANSWERS)
orders.onmessage = (event) => answers.postMessage(desk.take((event as { data: ToHost }).data))

const { hashWorkerHref, ...options } = workerData
const service = await startImageService({
  ...options,
  hashWorker: new URL(hashWorkerHref),
  faults: desk.plan,
  log: (text: string) => say({ type: 'log', text }),
})
say({ type: 'listening', url: service.url, port: service.port, token: service.token })
port.once('message', () => {
  desk.openAll()
  void service.close().finally(() => {
    say({ type: 'closed' })
    orders.close()
    answers.close()
    port.close()
  })
})
