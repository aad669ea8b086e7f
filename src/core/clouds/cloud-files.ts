import { watch } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CloudConfig } from './cloud-config.ts'
import { CloudsFileError, cloudEntries, FILE_LIMIT, mergeTrees, parseCloudsFile, resolveCloud, type Tree } from './clouds-yaml.ts'
import { environmentCloud } from './environment-cloud.ts'

/** Where to look; given, so that nothing here reads the process. */
export interface Places {
  env: Readonly<Record<string, string | undefined>>
  homeDir: string
  cwd: string
}

export interface LoadedClouds {
  configs: CloudConfig[]
  /** Every file that was looked into, and every entry of one that cannot be used. */
  files: { path: string; error: string | null }[]
}

const endings = ['.yaml', '.yml', '.json']

/** The folders of openstacksdk, in its order. */
function folders({ env, homeDir, cwd }: Places): string[] {
  const configHome = env.XDG_CONFIG_HOME || join(homeDir, '.config')
  return [cwd, join(configHome, 'openstack'), '/etc/openstack']
}

/**
 * All clouds that the official clients would know here: the first clouds.yaml of the places that openstacksdk looks into (or the one that
 * `OS_CLIENT_CONFIG_FILE` names), under its secure.yaml, with its clouds-public.yaml, and the cloud of the `OS_*` variables.
 * A file or an entry that cannot be used is named with its reason; the others are there all the same.
 */
export async function loadClouds(places: Places): Promise<LoadedClouds> {
  const files: LoadedClouds['files'] = []
  const [clouds, secure, profiles] = await Promise.all([
    read(candidates(places, 'clouds', places.env.OS_CLIENT_CONFIG_FILE), files),
    read(candidates(places, 'secure', places.env.OS_CLIENT_SECURE_FILE), files),
    read(candidates(places, 'clouds-public', places.env.OS_CLIENT_VENDOR_FILE), files),
  ])
  const configs: CloudConfig[] = []
  if (clouds !== null) {
    const merged = mergeTrees(clouds.tree, secure === null ? {} : { clouds: secure.tree.clouds ?? {} })
    const shown = shorten(clouds.path, places.homeDir)
    for (const [name, entry] of cloudEntries(merged, profiles?.tree ?? {})) {
      try {
        configs.push(...resolveCloud(name, entry, shown))
      } catch (error) {
        if (!(error instanceof CloudsFileError)) throw error
        files.push({ path: shown, error: error.message })
      }
    }
  }
  const fromEnvironment = environmentCloud(places.env)
  if (fromEnvironment !== null) configs.push(fromEnvironment)
  return { configs, files: files.map((file) => ({ ...file, path: shorten(file.path, places.homeDir) })) }
}

function candidates(places: Places, name: string, given: string | undefined): string[] {
  return [...(given ? [given] : []), ...folders(places).flatMap((folder) => endings.map((ending) => join(folder, name + ending)))]
}

/** The first of these files that is there. One that is there but broken ends the search, as it would surprise to use another. */
async function read(paths: readonly string[], files: LoadedClouds['files']): Promise<{ path: string; tree: Tree } | null> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null)
    if (found === null) continue
    try {
      if (!found.isFile()) throw new CloudsFileError('It is not a file.')
      if (found.size > FILE_LIMIT) throw new CloudsFileError(`It is larger than ${FILE_LIMIT / 1024 / 1024} MiB; a list of clouds is not.`)
      const tree = parseCloudsFile(await readFile(path, 'utf8'))
      files.push({ path, error: null })
      return { path, tree }
    } catch (error) {
      files.push({
        path,
        error:
          error instanceof CloudsFileError ? error.message : `It cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      })
      return null
    }
  }
  return null
}

/** Calls when one of the files may have changed. Folders are watched, since editors replace files; one that is not there is not waited for. */
export function watchClouds(places: Places, changed: () => void): () => void {
  const given = places.env.OS_CLIENT_CONFIG_FILE
  const watched = new Set([...folders(places).slice(1), ...(given ? [dirname(given)] : [])])
  let timer: NodeJS.Timeout | undefined
  const later = (name: string | null): void => {
    if (name !== null && !/^(clouds|secure|clouds-public)\.(ya?ml|json)$/.test(name) && (given === undefined || !given.endsWith(name)))
      return
    clearTimeout(timer)
    timer = setTimeout(changed, 200)
    timer.unref()
  }
  const watchers = [...watched].flatMap((folder) => {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => later(name))
      watcher.on('error', () => watcher.close())
      return [watcher]
    } catch {
      return []
    }
  })
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}

function shorten(path: string, homeDir: string): string {
  return path.startsWith(`${homeDir}/`) ? `~${path.slice(homeDir.length)}` : path
}
