import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Image } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { readRefusal } from '../../shared/refusal.ts'
import type { HttpAnswer, HttpRequest } from '../clouds/http.ts'
import type { NewImage } from '../transfers/attempt.ts'
import type { PatchOperation } from './json-patch.ts'
import { toImage, toImages } from './record.ts'
import { exactly } from './server-filter.ts'

const LIST_LIMIT = 64 * 1024 * 1024
const PAGE_SIZE = 1000
/** So many images are listed; whoever has more is told so. */
const MOST_IMAGES = 100_000
/** So many images that a filter of the cloud's own finds are read. */
const MOST_FOUND = 2000
/** So many images deleted at the end of a page, one after the other, do not stop a list. */
const MARKERS_KEPT = 20
/** A page that fails by the server's fault is asked for again, after these waits: a list of many pages would else hardly ever come to its end. */
const PAGE_RETRIES_MS = [200, 1000]

/** Sends to the Image API of one cloud, signed in: the path begins with `/v2`. A 401 was already answered with a new token. */
export type SendToImages = (path: string, request: HttpRequest) => Promise<HttpAnswer>

const listSchema = z.object({ images: z.array(z.unknown()), next: z.string().optional() })

/** How a list ended: whether the cloud has more images than are read, and how many records could not be. */
export interface ListEnd {
  more: boolean
  lost: number
}

/** The Image API v2, one method a call. All reject with a GlancerError; its `requestId` is the cloud's. */
export class ImageClient {
  readonly #send: SendToImages

  constructor(send: SendToImages) {
    this.#send = send
  }

  /** GET /v2/images/{id} */
  async get(imageId: string, signal?: AbortSignal): Promise<Image> {
    return toImage(await this.#json('GET', `/v2/images/${encodeURIComponent(imageId)}`, withSignal(signal)))
  }

  /**
   * All images that the cloud lists, newest first, then those that Glance lists only to who asks for them: the hidden ones, and where that is
   * wanted the community images of others. An old Glance takes the question for hidden ones for one about a custom property, and answers with none.
   */
  async *list(signal?: AbortSignal, community = false): AsyncGenerator<Image[], ListEnd> {
    return yield* this.#lists({}, community, signal)
  }

  /** Those of them that were changed at that time or later. @param time in the cloud's own writing, such as `2026-11-28T12:00:00Z` */
  async *changedSince(time: string, signal?: AbortSignal, community = false): AsyncGenerator<Image[], ListEnd> {
    return yield* this.#lists({ updated_at: `gte:${time}` }, community, signal)
  }

  async *#lists(filter: Record<string, string>, community: boolean, signal?: AbortSignal): AsyncGenerator<Image[], ListEnd> {
    const seen = new Set<string>()
    const ends = [yield* this.#pages(filter, seen, signal), yield* this.#pages({ ...filter, os_hidden: 'true' }, seen, signal)]
    if (community) ends.push(yield* this.#pages({ ...filter, visibility: 'community' }, seen, signal))
    return { more: ends.some(({ more }) => more), lost: ends.reduce((sum, { lost }) => sum + lost, 0) }
  }

  /** What the cloud's own filters find, as `serverQueries` writes them. */
  async *find(filter: Record<string, string>, signal?: AbortSignal): AsyncGenerator<Image[], ListEnd> {
    return yield* this.#pages(filter, new Set(), signal, MOST_FOUND)
  }

  /** Images that others share with this project and that were not accepted (`pending` or `rejected`): they are in no other list. */
  async offered(status: 'pending' | 'rejected', signal?: AbortSignal): Promise<Image[]> {
    const found: Image[] = []
    for await (const page of this.#pages({ visibility: 'shared', member_status: status }, new Set(), signal)) found.push(...page)
    return found
  }

  /**
   * GET /v2/images, page by page. The next page is asked for by the last id and not by the answer's `next`, which drops repeated
   * filters (observed on Glance 25.1); a page that brings nothing new ends the list.
   */
  async *#pages(
    filter: Record<string, string>,
    seen: Set<string>,
    signal?: AbortSignal,
    most = MOST_IMAGES,
  ): AsyncGenerator<Image[], ListEnd> {
    let lost = 0
    // The ids so far, the last of which is the marker; of those before it a few are kept.
    let passed: string[] = []
    while (seen.size < most) {
      const marker = passed.at(-1)
      const query = new URLSearchParams({
        limit: String(PAGE_SIZE),
        sort: 'created_at:desc,id:asc',
        ...filter,
        ...(marker !== undefined && { marker }),
      })
      let answer: unknown
      try {
        answer = await this.#page(`/v2/images?${query}`, signal)
      } catch (error) {
        if (passed.length < 2 || !isMarkerGone(error)) throw error
        // Somebody deleted the marker, or took it out of sight, between the two pages: the image before it leads on as well.
        passed = passed.slice(0, -1)
        continue
      }
      const { images, next } = parse(listSchema, answer)
      const read = toImages(images)
      lost += read.lost
      const page = read.images.filter((image) => !seen.has(image.id))
      for (const image of page) seen.add(image.id)
      if (page.length > 0) yield page
      passed = [...passed, ...page.map((image) => image.id)].slice(-MARKERS_KEPT)
      if (next === undefined || page.length === 0) return { more: false, lost }
    }
    return { more: true, lost }
  }

  async #page(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    for (const wait of PAGE_RETRIES_MS) {
      try {
        return await this.#json('GET', path, { ...withSignal(signal), limit: LIST_LIMIT })
      } catch (error) {
        // A server that names a time to wait is not asked sooner; whoever keeps the list current waits for it.
        if (!(error instanceof GlancerError) || (error.status ?? 0) < 500 || error.retryAfterMs !== undefined) throw error
        await delay(wait, undefined, signal === undefined ? {} : { signal })
      }
    }
    return await this.#json('GET', path, { ...withSignal(signal), limit: LIST_LIMIT })
  }

  /** `os_hash_algo` of one active image, in lower case; null where there is none to be seen. The cloud uses one for all that it takes in now. */
  async anyHashAlgorithm(signal?: AbortSignal): Promise<string | null> {
    const query = new URLSearchParams({ status: 'active', limit: '1', sort: 'created_at:desc' })
    const { images } = parse(listSchema, await this.#json('GET', `/v2/images?${query}`, withSignal(signal)))
    return toImages(images).images[0]?.hashAlgorithm?.toLowerCase() ?? null
  }

  /** Whether an image of exactly this name is listed. */
  async isNamed(name: string): Promise<boolean> {
    const query = new URLSearchParams({ name: exactly(name), limit: '1' })
    return parse(listSchema, await this.#json('GET', `/v2/images?${query}`, {})).images.length > 0
  }

  /** POST /v2/images with an id of our own. 409 `conflict` when the id is, or once was, in use. */
  async create(image: NewImage, signal?: AbortSignal): Promise<Image> {
    const body = {
      ...image.properties,
      id: image.id,
      name: image.name,
      disk_format: image.diskFormat,
      container_format: image.containerFormat,
      visibility: image.visibility,
      tags: image.tags,
      min_disk: image.minDisk,
      min_ram: image.minRam,
    }
    return toImage(
      await this.#json('POST', '/v2/images', {
        ...withSignal(signal),
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  }

  /** PATCH /v2/images/{id}: all of the operations, or none of them. */
  async patch(imageId: string, operations: readonly PatchOperation[], signal?: AbortSignal): Promise<Image> {
    return toImage(
      await this.#json('PATCH', `/v2/images/${encodeURIComponent(imageId)}`, {
        ...withSignal(signal),
        headers: { 'Content-Type': 'application/openstack-images-v2.1-json-patch' },
        body: JSON.stringify(operations),
      }),
    )
  }

  async protect(imageId: string, signal?: AbortSignal): Promise<void> {
    await this.patch(imageId, [{ op: 'replace', path: '/protected', value: true }], signal)
  }

  /** POST /v2/images/{id}/actions/deactivate */
  async deactivate(imageId: string, signal?: AbortSignal): Promise<void> {
    await this.#call('POST', `/v2/images/${encodeURIComponent(imageId)}/actions/deactivate`, withSignal(signal))
  }

  /** POST /v2/images/{id}/actions/reactivate */
  async reactivate(imageId: string): Promise<void> {
    await this.#call('POST', `/v2/images/${encodeURIComponent(imageId)}/actions/reactivate`, {})
  }

  /** DELETE /v2/images/{id} */
  async delete(imageId: string, signal?: AbortSignal): Promise<void> {
    await this.#call('DELETE', `/v2/images/${encodeURIComponent(imageId)}`, withSignal(signal))
  }

  /** Any other call of the API, for the modules beside this one: the parsed answer. */
  async json(method: HttpRequest['method'], path: string, request: Omit<HttpRequest, 'method'> = {}): Promise<unknown> {
    return await this.#json(method, path, request)
  }

  /** The same for a call whose answer says nothing. */
  async call(method: HttpRequest['method'], path: string, request: Omit<HttpRequest, 'method'> = {}): Promise<void> {
    await this.#call(method, path, request)
  }

  async #json(method: HttpRequest['method'], path: string, request: Omit<HttpRequest, 'method'>): Promise<unknown> {
    const answer = await this.#call(method, path, request)
    try {
      return JSON.parse(answer.body)
    } catch {
      throw new GlancerError(
        'odd-answer',
        webPage(answer.body)
          ? 'The address answers with a web page, not with the Image API.'
          : 'The answer is not JSON, as the Image API sends it.',
        {
          status: answer.status,
          detail: answer.body.slice(0, 500),
          remedy: 'See that the address of the image service is right, and that no proxy stands in between.',
        },
      )
    }
  }

  async #call(method: HttpRequest['method'], path: string, request: Omit<HttpRequest, 'method'>): Promise<HttpAnswer> {
    const answer = await this.#send(path, { method, ...request })
    if (answer.status >= 200 && answer.status < 300) return answer
    // The list of versions comes as a choice of several.
    if (answer.status === 300 && !path.startsWith('/v2/')) return answer
    const { error } = readRefusal(answer.status, answer.headers, answer.body)
    throw explain(error, method, path)
  }
}

/** The same status means different things at different calls: 409 on POST is an id in use, 413 there a count, 403 on DELETE a protection. */
function explain(error: GlancerError, method: string, path: string): GlancerError {
  const facts = {
    detail: error.detail,
    requestId: error.requestId,
    remedy: error.remedy,
    status: error.status,
    retryAfterMs: error.retryAfterMs,
  }
  if (error.status === 409 && method === 'DELETE' && /in use/.test(error.detail ?? ''))
    return new GlancerError('conflict', 'The image is in use.', {
      ...facts,
      remedy: 'Delete what was made from it first; the cloud may say what.',
    })
  if (error.status === 409) return new GlancerError('conflict', 'The cloud refuses this in the present state of the image.', facts)
  if (error.status === 403 && method === 'DELETE' && /protected/.test(error.detail ?? '')) {
    return new GlancerError('protected', 'The image is protected.', { ...facts, remedy: 'Take the protection away first.' })
  }
  if (error.status === 403 && path.includes('/actions/'))
    return new GlancerError('conflict', 'The cloud refuses this in the present state of the image.', facts)
  if (error.status === 404 && path.split('?')[0] === '/v2/images') {
    return new GlancerError('odd-answer', 'There is no Image API at this address.', {
      ...facts,
      remedy: 'See that the address of the image service is right.',
    })
  }
  return error
}

function isMarkerGone(error: unknown): boolean {
  return error instanceof GlancerError && [400, 403, 404].includes(error.status ?? 0)
}

/** @throws GlancerError `odd-answer`, naming the place, for what is not of that form. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new GlancerError('odd-answer', 'The answer is not what the Image API sends.', {
    detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  })
}

function webPage(body: string): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(body)
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}
