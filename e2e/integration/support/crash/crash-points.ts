import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { z } from 'zod'

/**
 * Places at which a process may be told to end itself, so that a crash falls into a window of microseconds that no signal from outside would hit:
 * around a commit of the journal (any, or one that makes a transfer `done`), and around giving a downloaded file its name.
 */
export const crashPointSchema = z.object({
  at: z.enum([
    'before-commit',
    'after-commit',
    'before-done',
    'after-done',
    'before-link',
    'after-link',
    'after-unlink',
    'before-rename',
    'after-rename',
  ]),
  /** Which time it is passed since the start, from 1. */
  nth: z.number().int().positive(),
})
export type CrashPoint = z.infer<typeof crashPointSchema>

/** Arms one of them in this process. SIGKILL to oneself: nothing is flushed, closed or said. */
export function arm(point: CrashPoint): void {
  let left = point.nth
  const pass = (at: CrashPoint['at'], matches = true): void => {
    if (at === point.at && matches && --left === 0) process.kill(process.pid, 'SIGKILL')
  }
  let isDone = false
  StatementSync.prototype.run = new Proxy(StatementSync.prototype.run, {
    apply: (run, statement, values: unknown[]) => {
      isDone ||= values.includes('done')
      return Reflect.apply(run, statement, values)
    },
  })
  const exec = DatabaseSync.prototype.exec
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
    const commits = sql === 'COMMIT'
    pass('before-commit', commits)
    pass('before-done', commits && isDone)
    exec.call(this, sql)
    pass('after-commit', commits)
    pass('after-done', commits && isDone)
    if (commits) isDone = false
  }
  const { link, unlink, rename } = fs.promises
  fs.promises.link = async (from, to) => {
    pass('before-link')
    await link(from, to)
    pass('after-link')
  }
  fs.promises.unlink = async (path) => {
    await unlink(path)
    pass('after-unlink')
  }
  fs.promises.rename = async (from, to) => {
    pass('before-rename')
    await rename(from, to)
    pass('after-rename')
  }
  syncBuiltinESMExports()
}
