import { chmod, readFile, rename } from 'node:fs/promises'
import type { z } from 'zod'
import { writeAtomic } from './write-atomic.ts'

/**
 * One small file of ours, of mode 0600, with a schema. One that cannot be read is set aside under another name, and said: it is never written over.
 */
export class KeptJson<T> {
  readonly path: string
  readonly #schema: z.ZodType<T>
  readonly #empty: T
  #value: T
  #writing: Promise<void> = Promise.resolve()
  /** Where a file that could not be read was put, in words; null = nothing of the kind. */
  notice: string | null = null

  constructor(path: string, schema: z.ZodType<T>, empty: T) {
    this.path = path
    this.#schema = schema
    this.#empty = empty
    this.#value = empty
  }

  get value(): T {
    return this.#value
  }

  /** Reads the file, once, at the start. @param now for the name of a file that is set aside */
  async load(now: number = Date.now()): Promise<void> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      // Not there: the first start. Anything else (rights, a folder in its place) is for a person to see to.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) await this.#setAside(now)
      return
    }
    const parsed = this.#schema.safeParse(fromJson(text))
    if (!parsed.success) return await this.#setAside(now)
    this.#value = parsed.data
    // It may come from a copy that lost its mode.
    await chmod(this.path, 0o600).catch(() => {})
  }

  async #setAside(now: number): Promise<void> {
    const aside = `${this.path}.set-aside-${new Date(now).toISOString().replace(/[:.]/g, '-')}`
    const moved = await rename(this.path, aside).then(
      () => true,
      () => false,
    )
    // What it says is not quoted: a secret may be in it.
    this.notice = moved ? `It could not be read and was set aside as ${aside}.` : 'It can neither be read nor moved out of the way.'
    this.#value = this.#empty
  }

  /** Changes what is kept; the new value counts from when it is on the disk. Changes follow each other. */
  async change(work: (value: T) => T): Promise<void> {
    const next = this.#writing.then(async () => {
      const value = this.#schema.parse(work(this.#value))
      await writeAtomic(this.path, `${JSON.stringify(value, null, 2)}\n`)
      this.#value = value
    })
    this.#writing = next.catch(() => {})
    await next
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
