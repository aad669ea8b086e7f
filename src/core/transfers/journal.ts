import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Settings, settingsSchema } from '../../shared/domain.ts'
import { GlancerError } from '../../shared/errors.ts'
import { type TransferRecord, transferRecordSchema } from './record.ts'
import { SQLITE_FULL, sqliteCode } from './sqlite-code.ts'

const SCHEMA_VERSION = 1
const FILE_NAME = 'journal.sqlite'

/** What the person should know about how the journal was opened; null = nothing. */
export type JournalNotice = { kind: 'corrupt' | 'newer'; setAside: string; detail: string }

/**
 * The queue on disk: SQLite in WAL mode with a full flush at each commit, so that a change is on the disk before anybody is shown it. One
 * process at a time (see `lock.ts`).
 */
export interface Journal {
  readonly notice: JournalNotice | null
  /** All transfers in queue order. Rows that cannot be read any more are left where they are and counted in `unreadable`. */
  readonly loaded: { records: TransferRecord[]; unreadable: number }
  save(records: readonly TransferRecord[]): void
  remove(ids: readonly string[]): void
  settings(): Settings
  saveSettings(settings: Settings): void
  /** Small texts that outlive a run, such as the last rows of a cloud. */
  remembered(key: string): string | null
  remember(key: string, value: string): void
  close(): void
}

/**
 * Opens the journal, or begins one. A file that is damaged, or that a newer Glancer wrote, is not touched but set aside under another name,
 * and a new one begun: the app starts, and says so. One that only cannot be opened now (a full disk, no permission) stays where it is.
 * @throws GlancerError `disk-full`, `disk-error` then: an empty list would be a lie.
 */
export function openJournal(dataDir: string, now: () => number = Date.now): Journal {
  const path = join(dataDir, FILE_NAME)
  let notice: JournalNotice | null = null
  let database: DatabaseSync
  try {
    database = open(path)
  } catch (error) {
    if (!isUnusable(error)) throw cannotOpen(error, dataDir)
    const detail = error instanceof Error ? error.message : String(error)
    notice = { kind: error instanceof NewerJournalError ? 'newer' : 'corrupt', setAside: setAside(path, now()), detail }
    database = open(path)
  }
  return new SqliteJournal(database, notice)
}

class NewerJournalError extends Error {}
class DamagedJournalError extends Error {}

/** SQLite's primary codes for a file that is damaged, or that is no database at all. */
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

function isUnusable(error: unknown): boolean {
  if (error instanceof NewerJournalError || error instanceof DamagedJournalError) return true
  const code = sqliteCode(error)
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB
}

function cannotOpen(error: unknown, dataDir: string): GlancerError {
  const full = sqliteCode(error) === SQLITE_FULL
  return new GlancerError(
    full ? 'disk-full' : 'disk-error',
    full ? `The disk with Glancer's own data (${dataDir}) is full.` : `Glancer's own data in ${dataDir} cannot be opened.`,
    {
      detail: error instanceof Error ? error.message : String(error),
      remedy: full ? 'Make room there, then start Glancer again.' : 'Look at the permissions of that folder, then start Glancer again.',
      cause: error,
    },
  )
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;')
    const check = database.prepare('PRAGMA quick_check(1)').get()
    if (check?.quick_check !== 'ok') throw new DamagedJournalError(`The journal is damaged: ${String(check?.quick_check)}`)
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
    if (version > SCHEMA_VERSION) throw new NewerJournalError(`The journal has version ${version}; this Glancer knows ${SCHEMA_VERSION}.`)
    database.exec(`
      BEGIN;
      CREATE TABLE IF NOT EXISTS transfers (id TEXT PRIMARY KEY, position REAL NOT NULL, state TEXT NOT NULL, record TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      PRAGMA user_version = ${SCHEMA_VERSION};
      COMMIT;
    `)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Renames the journal and its companions out of the way and says where to. */
function setAside(path: string, time: number): string {
  const stamp = new Date(time).toISOString().replace(/[:.]/g, '-')
  const aside = `${path}.set-aside-${stamp}`
  for (const ending of ['', '-wal', '-shm']) if (existsSync(path + ending)) renameSync(path + ending, aside + ending)
  return aside
}

class SqliteJournal implements Journal {
  readonly notice: JournalNotice | null
  readonly loaded: { records: TransferRecord[]; unreadable: number }
  readonly #database: DatabaseSync
  readonly #upsert: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync, notice: JournalNotice | null) {
    this.#database = database
    this.notice = notice
    this.#upsert = database.prepare(
      'INSERT INTO transfers (id, position, state, record) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET position = excluded.position, state = excluded.state, record = excluded.record',
    )
    this.#delete = database.prepare('DELETE FROM transfers WHERE id = ?')
    this.loaded = this.#load()
  }

  #load(): { records: TransferRecord[]; unreadable: number } {
    const records: TransferRecord[] = []
    let unreadable = 0
    for (const row of this.#database.prepare('SELECT record FROM transfers ORDER BY position, id').iterate()) {
      const parsed = transferRecordSchema.safeParse(parseJson(row.record))
      if (parsed.success) records.push(parsed.data)
      else unreadable++
    }
    return { records, unreadable }
  }

  save(records: readonly TransferRecord[]): void {
    this.#inOneCommit(() => {
      for (const record of records) this.#upsert.run(record.id, record.position, record.state, JSON.stringify(record))
    })
  }

  remove(ids: readonly string[]): void {
    this.#inOneCommit(() => {
      for (const id of ids) this.#delete.run(id)
    })
  }

  settings(): Settings {
    const parsed = settingsSchema.safeParse(parseJson(this.remembered('settings') ?? '{}'))
    return parsed.success ? parsed.data : settingsSchema.parse({})
  }

  saveSettings(settings: Settings): void {
    this.remember('settings', JSON.stringify(settings))
  }

  remembered(key: string): string | null {
    const value = this.#database.prepare('SELECT value FROM memory WHERE key = ?').get(key)?.value
    return typeof value === 'string' ? value : null
  }

  remember(key: string, value: string): void {
    this.#database
      .prepare('INSERT INTO memory (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, value)
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  #inOneCommit(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#database.exec('COMMIT')
    } catch (error) {
      // With a full disk SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : '')
  } catch {
    return undefined
  }
}
