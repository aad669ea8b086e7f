import { z } from 'zod'

const listSchema = z.object({
  images: z.array(z.object({ id: z.string(), name: z.string().nullable(), status: z.string(), size: z.number().nullable() })),
  next: z.string().optional(),
})
export type ServerImage = z.infer<typeof listSchema>['images'][number]

/** An Image API seen from outside: what it holds, without a line of the product's own client. */
export class ServerSide {
  readonly url: string
  readonly #headers: Record<string, string>

  constructor(url: string, token: string) {
    this.url = url
    this.#headers = { 'X-Auth-Token': token }
  }

  async images(): Promise<ServerImage[]> {
    const all: ServerImage[] = []
    for (let path: string | undefined = '/v2/images?limit=500'; path !== undefined; ) {
      const page = listSchema.parse(await (await this.#ask(path)).json())
      all.push(...page.images)
      path = page.next
    }
    return all
  }

  async status(imageId: string): Promise<string> {
    return z.object({ status: z.string() }).parse(await (await this.#ask(`/v2/images/${imageId}`)).json()).status
  }

  async act(imageId: string, action: 'deactivate' | 'reactivate'): Promise<void> {
    await this.#ask(`/v2/images/${imageId}/actions/${action}`, { method: 'POST' })
  }

  async delete(imageId: string): Promise<void> {
    await this.#ask(`/v2/images/${imageId}`, { method: 'DELETE' })
  }

  async data(imageId: string): Promise<Buffer> {
    return Buffer.from(await (await this.#ask(`/v2/images/${imageId}/file`)).arrayBuffer())
  }

  /** The record as the service writes it. */
  async show(imageId: string): Promise<Record<string, unknown>> {
    return z.record(z.string(), z.unknown()).parse(await (await this.#ask(`/v2/images/${imageId}`)).json())
  }

  async addImage(name: string, bytes: Uint8Array, fields: Record<string, unknown> = {}): Promise<string> {
    const id = await this.addRecord({ name, ...fields })
    await this.put(id, bytes)
    return id
  }

  /** A record without data. */
  async addRecord(fields: Record<string, unknown>): Promise<string> {
    const body = JSON.stringify({ disk_format: 'raw', container_format: 'bare', ...fields })
    const made = await this.#ask('/v2/images', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
    return z.object({ id: z.string() }).parse(await made.json()).id
  }

  async put(imageId: string, bytes: Uint8Array, where: 'file' | 'stage' = 'file'): Promise<void> {
    await this.#ask(`/v2/images/${imageId}/${where}`, {
      method: 'PUT',
      body: new Blob([new Uint8Array(bytes)]),
      headers: { 'Content-Type': 'application/octet-stream' },
    })
  }

  async #ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const answer = await fetch(this.url + path, { ...init, headers: { ...init.headers, ...this.#headers } })
    if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}
