import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import { imageSchema } from '../../shared/domain.ts'
import { writeAtomic } from '../files/write-atomic.ts'
import type { EarlierRows, WatchedRow } from './watcher.ts'

/** A list as it is kept: `projectId` is the project that the token was for when it was read. */
export interface KeptList extends EarlierRows {
  projectId: string | null
}

const VERSION = 1
const ENDING = '.jsonl'
/** A list that changes all the time is written so often. */
const WRITE_EVERY_MS = 60_000
/** Of one list: rows, and characters of their records. Beyond that the newest are kept. */
const MOST_ROWS = 20_000
const MOST_TEXT = 32 * 1024 * 1024
/** Bytes of one file that are read, and of all files together that are kept. */
const LARGEST_FILE = 4 * MOST_TEXT
const MOST_BYTES = 256 * 1024 * 1024
/** So many rows are read or written in one go, a few milliseconds of work; then others have their turn. */
const AT_ONCE = 250

const headSchema = z.object({
  version: z.literal(VERSION),
  loadedAt: z.number(),
  more: z.boolean(),
  projectId: z.string().nullable(),
  count: z.number().int().nonnegative(),
})

export interface RememberedListsOptions {
  /** A folder of its own. */
  folder: string
  enabled: boolean
  log(level: 'info' | 'warn', text: string): void
  writeEveryMs?: number
}

/**
 * The image lists of the last run, so that the next one has rows to show before any cloud has answered. A file a list: a head, then a record a line.
 * It may be lost at any time and nothing depends on it: what cannot be read is deleted, what cannot be written is left out. Lists are told apart by
 * who signed in where and as what; names of files are digests of that.
 */
export class RememberedLists {
  readonly #options: RememberedListsOptions
  #enabled: boolean
  /** How each list is now, for those that changed since they were written, and when they will be. */
  readonly #waiting = new Map<string, { take: () => KeptList; timer: NodeJS.Timeout | null }>()
  /** What is done with the folder, one after the other. */
  #work: Promise<void> = Promise.resolve()
  #complained = false

  constructor(options: RememberedListsOptions) {
    this.#options = options
    this.#enabled = options.enabled
  }

  /** The list of this identity; null where none is kept, or none that can be read. */
  async load(identity: string): Promise<KeptList | null> {
    if (!this.#enabled) return null
    const path = this.#path(identity)
    try {
      return await readList(path)
    } catch (error) {
      if (isMissing(error)) return null
      this.#options.log(
        'info',
        `A kept list of images could not be read and is left out: ${error instanceof Error ? error.message : error}`,
      )
      this.#then(async () => await rm(path, { recursive: true, force: true }))
      return null
    }
  }

  /**
   * Keeps the list of this identity from now on.
   * @param take how it is at the moment when it is written
   * @param changed it is other than it was; else only the time is another, which is written at the end
   */
  keep(identity: string, take: () => KeptList, changed: boolean): void {
    if (!this.#enabled) return
    const timer = this.#waiting.get(identity)?.timer ?? (changed ? this.#later(identity) : null)
    this.#waiting.set(identity, { take, timer })
  }

  /** Deletes the list of one identity. */
  async forget(identity: string): Promise<void> {
    this.#drop(identity)
    await this.#then(async () => await rm(this.#path(identity), { recursive: true, force: true }))
  }

  /** Deletes the lists of all others. */
  async forgetAllBut(identities: ReadonlySet<string>): Promise<void> {
    for (const identity of [...this.#waiting.keys()]) if (!identities.has(identity)) this.#drop(identity)
    const kept = new Set([...identities].map(fileName))
    await this.#then(async () => {
      for (const name of await this.#names())
        if (!kept.has(name)) await rm(join(this.#options.folder, name), { recursive: true, force: true })
    })
  }

  async setEnabled(enabled: boolean): Promise<void> {
    if (enabled === this.#enabled) return
    this.#enabled = enabled
    if (!enabled) await this.forgetAllBut(new Set())
  }

  /** Writes what has changed. */
  async close(): Promise<void> {
    for (const identity of [...this.#waiting.keys()]) this.#write(identity)
    this.#enabled = false
    await this.#work
  }

  #later(identity: string): NodeJS.Timeout {
    const timer = setTimeout(() => this.#write(identity), this.#options.writeEveryMs ?? WRITE_EVERY_MS)
    timer.unref()
    return timer
  }

  #drop(identity: string): void {
    clearTimeout(this.#waiting.get(identity)?.timer ?? undefined)
    this.#waiting.delete(identity)
  }

  #write(identity: string): void {
    const waiting = this.#waiting.get(identity)
    this.#drop(identity)
    if (waiting === undefined) return
    const list = waiting.take()
    void this.#then(async () => {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
      await writeAtomic(this.#path(identity), linesOf(list))
      await this.#keepWithin(fileName(identity))
    })
  }

  /** Takes the oldest away while they are too large together. */
  async #keepWithin(written: string): Promise<void> {
    const files = await Promise.all(
      (await this.#names()).map(async (name) => {
        const { size, mtimeMs } = await stat(join(this.#options.folder, name))
        return { name, size, at: name === written ? Number.POSITIVE_INFINITY : mtimeMs }
      }),
    )
    let left = files.reduce((sum, { size }) => sum + size, 0)
    for (const { name, size } of files.toSorted((a, b) => a.at - b.at)) {
      if (left <= MOST_BYTES || name === written) return
      await rm(join(this.#options.folder, name), { force: true })
      left -= size
    }
  }

  async #names(): Promise<string[]> {
    return await readdir(this.#options.folder).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
  }

  /** After all that was asked for before. Nothing depends on how it ends: a full disk, say, only means that nothing is remembered. */
  #then(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      if (this.#complained) return
      this.#complained = true
      this.#options.log('warn', `Lists of images cannot be kept for the next start: ${error instanceof Error ? error.message : error}`)
    })
    return this.#work
  }

  #path(identity: string): string {
    return join(this.#options.folder, fileName(identity))
  }
}

function fileName(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 40) + ENDING
}

/** The head, then the records, in portions. */
function* linesOf({ rows, loadedAt, more, projectId }: KeptList): Generator<string> {
  const kept = newest(rows)
  const head: z.infer<typeof headSchema> = {
    version: VERSION,
    loadedAt,
    more: more || kept.length < rows.length,
    projectId,
    count: kept.length,
  }
  yield `${JSON.stringify(head)}\n`
  for (let at = 0; at < kept.length; at += AT_ONCE) yield `${kept.slice(at, at + AT_ONCE).join('\n')}\n`
}

function newest(rows: readonly WatchedRow[]): string[] {
  const order =
    rows.length > MOST_ROWS ? rows.toSorted((a, b) => (a.image.createdAt < b.image.createdAt ? 1 : -1)).slice(0, MOST_ROWS) : rows
  let left = MOST_TEXT
  const kept: string[] = []
  for (const { text } of order) {
    left -= text.length
    if (left < 0) break
    kept.push(text)
  }
  return kept
}

/** Reads in portions, so that nobody waits for ten thousand rows. @throws Error for what is not a whole list of this version */
async function readList(path: string): Promise<KeptList> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size > LARGEST_FILE) throw new Error(`it has ${size} bytes`)
    const text = await file.readFile('utf8')
    let at = 0
    const line = (): string => {
      const end = text.indexOf('\n', at)
      if (end < 0) throw new Error('it ends too soon')
      const found = text.slice(at, end)
      at = end + 1
      return found
    }
    const { count, loadedAt, more, projectId } = headSchema.parse(JSON.parse(line()))
    const rows: WatchedRow[] = []
    while (rows.length < count) {
      const record = line()
      rows.push({ image: imageSchema.parse(JSON.parse(record)), text: record })
      if (rows.length % AT_ONCE === 0) await turn()
    }
    return { rows, loadedAt, more, projectId }
  } finally {
    await file.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
