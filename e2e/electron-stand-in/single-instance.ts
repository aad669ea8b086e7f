import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Second = (argv: string[], cwd: string, data: unknown) => void

/**
 * One process a profile, as Chromium keeps it: the first one leaves its process id in the folder; a later one hands over its command line there
 * and makes way. All of it without waiting, since Electron answers at once.
 *
 * @param second called in the first process with what a later one was started with
 * @returns whether this is the first process
 */
export function takeInstanceLock(userData: string, data: unknown, second: Second): boolean {
  const folder = join(userData, 'stand-in-instance')
  mkdirSync(folder, { recursive: true })
  const lock = join(folder, 'first')
  if (!createOnce(lock)) {
    if (isAlive(Number(readFileSync(lock, 'utf8')))) {
      // Named only once it is whole, so that the first process never reads half of it.
      const message = join(folder, `${process.pid}-${Date.now()}`)
      writeFileSync(`${message}.part`, JSON.stringify({ argv: process.argv, cwd: process.cwd(), data }))
      renameSync(`${message}.part`, `${message}.json`)
      return false
    }
    // Left by a process that was killed.
    rmSync(lock)
    createOnce(lock)
  }
  const take = (): void => {
    for (const name of namesIn(folder).filter((name) => name.endsWith('.json'))) {
      const message = JSON.parse(readFileSync(join(folder, name), 'utf8'))
      rmSync(join(folder, name))
      second(message.argv, message.cwd, message.data)
    }
  }
  const watcher = watch(folder, take)
  watcher.unref()
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return true
}

/** None once the folder is gone, which its own end also tells the watcher of. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function createOnce(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
