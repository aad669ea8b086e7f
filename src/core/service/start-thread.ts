import { Worker } from 'node:worker_threads'
import type { IdentityOptions } from './identity.ts'
import type { ImageService, ImageServiceOptions } from './options.ts'

/** What can be handed to another thread: no functions, no fault plan. */
export type ThreadOptions = Omit<ImageServiceOptions, 'faults' | 'identity'> & {
  identity?: Extract<IdentityOptions, { kind: 'static' }>
}

export type ThreadReply =
  | { type: 'listening'; url: string; port: number; token: string }
  | { type: 'failed'; message: string }
  | { type: 'log'; text: string }
  | { type: 'closed' }

/**
 * Starts the service in a worker thread, so that gigabytes that go through it never hold up the caller's event loop: what the app does. Tests that
 * want to change its fault plan start it in their own thread.
 * @param file the thread's file; the default is right when running from source, a bundle names its own.
 * @throws Error as startImageService does.
 */
export async function startImageServiceThread(
  options: ThreadOptions,
  file = new URL('./service-thread.ts', import.meta.url),
): Promise<Omit<ImageService, 'faults'>> {
  const { log = () => {}, hashWorker, ...cloneable } = options
  const worker = new Worker(file, { workerData: { ...cloneable, hashWorkerHref: hashWorker?.href } })
  const listening = await new Promise<Extract<ThreadReply, { type: 'listening' }>>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the service thread ended before it listened')))
    worker.on('message', (reply: ThreadReply) => {
      if (reply.type === 'listening') resolve(reply)
      else if (reply.type === 'failed') reject(new Error(reply.message))
      else if (reply.type === 'log') log(reply.text)
    })
  })
  worker.on('error', (error) => log(`the service thread failed: ${String(error)}`))
  return {
    url: listening.url,
    port: listening.port,
    token: listening.token,
    close: async () => {
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      worker.postMessage('close')
      await ended
    },
  }
}
