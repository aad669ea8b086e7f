import type { ImageCalls } from '../transfers/attempt.ts'
import type { ImageClient } from './client.ts'
import { startImport } from './start-import.ts'
import { listTasks } from './tasks.ts'

/** What a transfer asks of the Image API, on the client of its cloud. */
export function transferCalls(client: ImageClient): ImageCalls {
  return {
    get: (imageId, signal) => client.get(imageId, signal),
    create: (image, signal) => client.create(image, signal),
    protect: (imageId, signal) => client.protect(imageId, signal),
    deactivate: (imageId, signal) => client.deactivate(imageId, signal),
    delete: (imageId, signal) => client.delete(imageId, signal),
    import: (imageId, order, signal) => startImport(client, imageId, order, signal),
    tasks: (imageId, signal) => listTasks(client, imageId, signal),
  }
}
