import { existsSync, type FSWatcher, realpathSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { candidates, type Places } from './cloud-places.ts'

const SETTLE_MS = 200

/**
 * Calls when one of the files may have changed. Folders are watched, since editors replace files; in place of a folder that is not there yet, the
 * nearest one above it, so that the first clouds.yaml of a newcomer is seen too. A link is followed to where the file really is.
 * @returns the way out
 */
export function watchClouds(places: Places, changed: () => void): () => void {
  const paths = [...candidates(places, 'clouds'), ...candidates(places, 'secure'), ...candidates(places, 'clouds-public')]
  let watchers: FSWatcher[] = []
  let timer: NodeJS.Timeout | undefined

  const later = (): void => {
    clearTimeout(timer)
    // Watched anew before it is read anew: what changes in between is not missed.
    timer = setTimeout(() => {
      follow()
      changed()
    }, SETTLE_MS)
    timer.unref()
  }
  const stop = (): void => {
    for (const watcher of watchers) watcher.close()
    watchers = []
  }
  const follow = (): void => {
    stop()
    for (const [folder, names] of whatToWatch(paths)) {
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) => {
          if (name === null || names.has(name)) later()
        })
        watcher.on('error', () => watcher.close())
        watchers.push(watcher)
      } catch {
        // Not to be watched (rights, limits of the system): a reload by hand is left.
      }
    }
  }
  follow()
  return () => {
    clearTimeout(timer)
    stop()
  }
}

/** Folders that are there, with the names in them that matter; a folder's own name tells that it went away. */
function whatToWatch(paths: readonly string[]): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>()
  const want = (path: string): void => {
    let name = basename(path)
    let folder = dirname(path)
    while (!existsSync(folder) && dirname(folder) !== folder) {
      name = basename(folder)
      folder = dirname(folder)
    }
    const names = wanted.get(folder) ?? new Set([basename(folder)])
    wanted.set(folder, names.add(name))
  }
  for (const path of paths) {
    want(path)
    const real = realPath(path)
    if (real !== null && real !== path) want(real)
  }
  return wanted
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
