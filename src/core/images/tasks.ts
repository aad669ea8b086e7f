import { z } from 'zod'
import { plainText } from '../../shared/errors.ts'
import type { ImageTask } from '../../shared/image-protocol.ts'
import { type ImageClient, parse } from './client.ts'

const importRequest = z.object({ method: z.object({ name: z.string() }).loose().optional() }).loose()
const taskSchema = z.object({
  id: z.string(),
  type: z.string().catch('task'),
  status: z.string().catch('unknown'),
  message: z.string().nullish().catch(null),
  created_at: z.string().nullish().catch(null),
  updated_at: z.string().nullish().catch(null),
  input: z
    .object({ import_req: importRequest.optional(), backend: z.array(z.string()).nullish().catch(null) })
    .loose()
    .nullish()
    .catch(null),
})
const tasksSchema = z.object({ tasks: z.array(taskSchema) })

/** GET /v2/images/{id}/tasks, newest first. Glance forgets tasks after two days; before 2.12 it knows no such call, and says 404. */
export async function listTasks(client: ImageClient, imageId: string, signal?: AbortSignal): Promise<ImageTask[]> {
  const path = `/v2/images/${encodeURIComponent(imageId)}/tasks`
  const { tasks } = parse(tasksSchema, await client.json('GET', path, signal === undefined ? {} : { signal }))
  return tasks
    .map((task) => ({
      id: task.id,
      type: task.type,
      status: task.status,
      message: task.message === null || task.message === undefined || task.message === '' ? null : plainText(task.message),
      method: task.input?.import_req?.method?.name ?? null,
      stores: task.input?.backend ?? [],
      createdAt: task.created_at ?? null,
      updatedAt: task.updated_at ?? null,
    }))
    .sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''))
}
