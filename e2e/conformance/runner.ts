import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { expect } from 'vitest'
import type { Case, Expected, Given, Step, Who } from './case.ts'
import { type Answer, send } from './http.ts'
import type { Target } from './target.ts'

/** The data of every given image: its bytes can be told apart by their place. */
export function dataOf(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let index = 0; index < size; index++) bytes[index] = (index * 7 + (index >> 8)) & 0xff
  return bytes
}

/** One case against one service: its own projects, so that cases do not meet. */
export class CaseRun {
  readonly target: Target
  readonly owner = `p${randomUUID().slice(0, 8)}`
  readonly other = `q${randomUUID().slice(0, 8)}`
  readonly ids: string[] = []
  readonly #sizes: number[] = []
  readonly #sockets: Socket[] = []
  readonly #fresh = randomUUID()
  readonly #made = new Set<string>()

  constructor(target: Target) {
    this.target = target
  }

  token(who: Who): string | null {
    const { target } = this
    switch (who) {
      case 'owner':
        return target.token(this.owner, 'member,reader')
      case 'reader':
        return target.token(this.owner, 'reader')
      case 'other':
        return target.token(this.other, 'member,reader')
      case 'admin':
        return target.token('admins', 'admin')
      case 'nobody':
        return null
    }
  }

  async call(method: string, path: string, who: Who, headers: Record<string, string> = {}, body?: Uint8Array | string): Promise<Answer> {
    const token = this.token(who)
    return await send(
      method,
      this.target.url + path,
      { Accept: 'application/json', ...(token === null ? {} : { 'X-Auth-Token': token }), ...headers },
      body,
    )
  }

  async run(test: Case, replaced: readonly Expected[] | undefined, after: Case['after']): Promise<void> {
    for (const given of [...(test.given === undefined ? [] : [test.given]), ...(test.givens ?? [])]) await this.make(given)
    for (const [index, step] of test.steps.entries()) await this.#step({ ...step, expect: replaced?.[index] ?? step.expect })
    const state = after ?? test.after
    if (state !== undefined) await this.#checkState(state)
  }

  async make(given: Given): Promise<string> {
    const fields: Record<string, unknown> = { name: 'given', disk_format: 'raw', container_format: 'bare', ...given.fields }
    for (const [name, value] of Object.entries(fields)) if (value === null) delete fields[name]
    const created = await this.call('POST', '/v2/images', 'admin', {}, this.#fill(JSON.stringify({ owner: this.owner, ...fields })))
    expect(created.status, created.body.toString()).toBe(201)
    const id = String(Object(JSON.parse(created.body.toString())).id)
    this.ids.push(id)
    this.#made.add(id)
    this.#sizes.push(given.size ?? 1000)
    if (given.member !== undefined) await this.#share(id, given.member)
    await this.#bring(id, given)
    return id
  }

  async #share(id: string, status: 'pending' | 'accepted'): Promise<void> {
    const json = { 'Content-Type': 'application/json' }
    const added = await this.call('POST', `/v2/images/${id}/members`, 'owner', json, JSON.stringify({ member: this.other }))
    expect(added.status, added.body.toString()).toBe(200)
    if (status !== 'accepted') return
    const said = await this.call('PUT', `/v2/images/${id}/members/${this.other}`, 'other', json, JSON.stringify({ status }))
    expect(said.status, said.body.toString()).toBe(200)
  }

  async #bring(id: string, given: Given): Promise<void> {
    if (given.status === 'queued') return
    if (given.status === 'saving') return await this.#beginUpload(id)
    const bytes = dataOf(given.size ?? 1000)
    const headers = {
      'Content-Type': 'application/octet-stream',
      ...(given.store === undefined ? {} : { 'X-Image-Meta-Store': given.store }),
    }
    const put = await this.call('PUT', `/v2/images/${id}/${given.status === 'staged' ? 'stage' : 'file'}`, 'owner', headers, bytes)
    expect(put.status, put.body.toString()).toBe(204)
    if (given.status !== 'deactivated') return
    expect((await this.call('POST', `/v2/images/${id}/actions/deactivate`, 'owner')).status).toBe(204)
  }

  /** A PUT whose body does not end until the case is over. */
  async #beginUpload(id: string): Promise<void> {
    const url = new URL(this.target.url)
    const socket = connect(Number(url.port), url.hostname)
    socket.on('error', () => {})
    this.#sockets.push(socket)
    socket.write(
      `PUT /v2/images/${id}/file HTTP/1.1\r\nHost: ${url.host}\r\nX-Auth-Token: ${this.token('owner')}\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n0123456789`,
    )
    await expect.poll(async () => this.status(id), { timeout: 5000, interval: 20 }).toBe('saving')
  }

  async status(id: string): Promise<unknown> {
    return Object(JSON.parse((await this.call('GET', `/v2/images/${id}`, 'admin')).body.toString())).status
  }

  async #step(step: Step): Promise<void> {
    if (step.eventually !== true) return this.check(await this.#send(step), step.expect)
    const end = performance.now() + 10_000
    for (;;) {
      const answer = await this.#send(step)
      try {
        return this.check(answer, step.expect)
      } catch (error) {
        if (performance.now() > end) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #send(step: Step): Promise<Answer> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    const token = this.token(step.as ?? 'owner')
    if (token !== null) headers['X-Auth-Token'] = token
    if (step.json !== undefined) headers['Content-Type'] = 'application/json'
    for (const [name, value] of Object.entries(step.headers ?? {})) {
      if (value === '') delete headers[name]
      else headers[name] = this.#fill(value)
    }
    const body = step.json === undefined ? step.body : this.#fill(JSON.stringify(step.json))
    const sent = step.chunked === true && body !== undefined ? inChunks(Buffer.from(body)) : body
    const answer = await send(step.method, this.target.url + this.#fill(step.path), headers, sent)
    const made = step.method === 'POST' && answer.status === 201 ? answer.headers.location?.split('/').at(-1) : undefined
    if (made !== undefined) {
      if (this.ids.length === 0) this.ids.push(made)
      this.#made.add(made)
    }
    return answer
  }

  #fill(text: string): string {
    return text
      .replaceAll(/\{id(\d?)\}/g, (_, n: string) => this.ids[n === '' ? 0 : Number(n) - 1] ?? 'no-such-image')
      .replaceAll('{owner}', this.owner)
      .replaceAll('{other}', this.other)
      .replaceAll('{fresh}', this.#fresh)
      .replaceAll('{url}', this.target.url)
      .replaceAll('{source}', `http://127.0.0.1:${this.target.sourcePort}`)
  }

  check(answer: Answer, wanted: Expected): void {
    const text = answer.body.toString()
    const about = `${answer.status} ${JSON.stringify(answer.headers)} ${text.slice(0, 1000)}`
    expect(answer.status, about).toBe(wanted.status)
    for (const [name, value] of Object.entries(wanted.headers ?? {})) {
      const actual = answer.headers[name.toLowerCase()]
      if (value === null) expect(actual, about).toBeUndefined()
      else if (value instanceof RegExp) expect(actual, about).toMatch(value)
      else expect(actual, about).toBe(this.#fill(value))
    }
    if (wanted.json !== undefined) this.#match(JSON.parse(text), wanted.json, about)
    if (wanted.message !== undefined) expect(String(Object(JSON.parse(text)).message)).toContain(this.#fill(wanted.message))
    if (wanted.text instanceof RegExp) expect(text).toMatch(wanted.text)
    else if (wanted.text !== undefined) expect(text).toBe(this.#fill(wanted.text))
    if (wanted.bytes !== undefined) {
      const [from, to] = wanted.bytes
      expect(answer.body.equals(dataOf(this.#sizes[0] ?? 0).subarray(from, to)), about.slice(0, 400)).toBe(true)
    }
  }

  async #checkState(state: NonNullable<Case['after']>): Promise<void> {
    const answer = await this.call('GET', `/v2/images/${this.ids[0]}`, 'admin')
    if (state === 'gone') expect(answer.status).toBe(404)
    else this.#match(JSON.parse(answer.body.toString()), state, answer.body.toString())
  }

  /** As toMatchObject, but `undefined` says that a member must be absent. */
  #match(actual: unknown, wanted: unknown, about: string): void {
    expect(actual, about).toMatchObject(fillDeep(wanted, (value) => this.#fill(value)))
    for (const [name, value] of Object.entries(Object(wanted))) if (value === undefined) expect(actual, about).not.toHaveProperty(name)
  }

  /** Lets go of connections and images. */
  async clean(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    for (const id of this.#made) {
      const patch = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' }
      const gone = await this.call('DELETE', `/v2/images/${id}`, 'admin')
      if (gone.status !== 403) continue
      await this.call('PATCH', `/v2/images/${id}`, 'admin', patch, '[{"op":"replace","path":"/protected","value":false}]')
      await this.call('DELETE', `/v2/images/${id}`, 'admin')
    }
  }
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65536) yield bytes.subarray(at, at + 65536)
}

/** Placeholders in strings of plain objects and arrays; vitest's matchers pass untouched. */
function fillDeep(value: unknown, fill: (text: string) => string): object {
  const walk = (item: unknown): unknown => {
    if (typeof item === 'string') return fill(item)
    if (Array.isArray(item)) return item.map(walk)
    if (item !== null && typeof item === 'object' && Object.getPrototypeOf(item) === Object.prototype) {
      return Object.fromEntries(Object.entries(item).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, walk(inner)]])))
    }
    return item
  }
  return Object(walk(value))
}
