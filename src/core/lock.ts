import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { GlancerError } from '../shared/errors.ts'

/**
 * Keeps a second Glancer off the same data folder. The lock is an open write transaction on a small SQLite file of its own: the operating
 * system gives it up when the process ends in whatever way, so that no stale lock is ever left behind (a pid file would need guessing).
 * @throws GlancerError `not-allowed` when another process holds it.
 */
export function lockDataDir(dataDir: string): { release(): void } {
  const database = new DatabaseSync(join(dataDir, 'lock.sqlite'))
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;')
  } catch (error) {
    database.close()
    throw new GlancerError('not-allowed', `Glancer is already running on ${dataDir}.`, {
      remedy: 'Use the one that is open, or give this one another data folder.',
      cause: error,
    })
  }
  return {
    release: () => {
      if (database.isOpen) database.close()
    },
  }
}
