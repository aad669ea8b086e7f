import { inspect } from 'node:util'
import { BroadcastChannel } from 'node:worker_threads'
import type { FromHost, ToHost } from '../fixtures/host-messages.ts'
import { app } from './app.ts'
import * as electron from './electron.ts'
import { FAULT_ANSWERS, FAULT_ORDERS } from './fault-channels.ts'

/** From the test to the app's main process. */
export type ToApp = { kind: 'evaluate'; id: number; source: string; arg: unknown } | ToHost
/** And back. */
export type FromApp =
  | { kind: 'browser'; endpoint: string; pid: number | undefined }
  | { kind: 'value'; id: number; value: unknown }
  | { kind: 'failure'; id: number; message: string }
  | Exclude<FromHost, { kind: 'ready' }>

/** Takes a test's orders over the channel that it started this process with; without one nothing happens. */
export function listenToTest(): void {
  if (process.send === undefined) return
  const tell = (message: FromApp): void => void process.send?.(message)
  const orders = new BroadcastChannel(FAULT_ORDERS)
  const answers = new BroadcastChannel(FAULT_ANSWERS)
  answers.onmessage = (event) => tell((event as { data: Exclude<FromHost, { kind: 'ready' }> }).data)
  // They shall not keep a process that wants to end.
  orders.unref()
  answers.unref()
  process.on('message', (message: ToApp) => {
    if (message.kind === 'evaluate')
      void evaluate(message.source, message.arg).then(
        (value) => tell({ kind: 'value', id: message.id, value }),
        (error: unknown) => tell({ kind: 'failure', id: message.id, message: inspect(error) }),
      )
    else orders.postMessage(message)
  })
  process.on('disconnect', () => app.exit(1))
}

/** Runs a test's function beside the app, with the module `electron`, as Playwright does with the real one. */
async function evaluate(source: string, arg: unknown): Promise<unknown> {
  const run = new Function(`return (${source})`)() as (module: typeof electron, arg: unknown) => unknown
  return await run(electron, arg)
}
