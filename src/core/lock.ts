import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { GlancerError } from '../shared/errors.ts'
import { SQLITE_BUSY, SQLITE_FULL, SQLITE_LOCKED, sqliteCode } from './transfers/sqlite-code.ts'

/**
 * Keeps a second Glancer off the same data folder. The lock is an open write transaction on a small SQLite file of its own: the operating
 * system gives it up when the process ends in whatever way, so that no stale lock is ever left behind (a pid file would need guessing).
 * @throws GlancerError `not-allowed` when another process holds it; `disk-full`, `disk-error` when the folder cannot be written.
 */
export function lockDataDir(dataDir: string): { release(): void } {
  let opened: DatabaseSync | null = null
  try {
    opened = new DatabaseSync(join(dataDir, 'lock.sqlite'))
    opened.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;')
  } catch (error) {
    opened?.close()
    const code = sqliteCode(error)
    if (code !== SQLITE_BUSY && code !== SQLITE_LOCKED) throw cannotWrite(error, dataDir)
    throw new GlancerError('not-allowed', `Glancer is already running on ${dataDir}.`, {
      remedy: 'Use the one that is open, or give this one another data folder.',
      cause: error,
    })
  }
  const database = opened
  return {
    release: () => {
      if (database.isOpen) database.close()
    },
  }
}

function cannotWrite(error: unknown, dataDir: string): GlancerError {
  const full = sqliteCode(error) === SQLITE_FULL
  return new GlancerError(
    full ? 'disk-full' : 'disk-error',
    full
      ? `The disk of ${dataDir}, where Glancer keeps its own data, is full.`
      : `Nothing can be written to ${dataDir}, where Glancer keeps its own data.`,
    {
      detail: error instanceof Error ? error.message : String(error),
      remedy: full ? 'Make room there, then start Glancer again.' : 'Look at its permissions, or give Glancer another data folder.',
      cause: error,
    },
  )
}
