import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CloudConfig } from './cloud-config.ts'
import { type CloudEntry, cloudEntries } from './cloud-entries.ts'
import { candidates, type Places } from './cloud-places.ts'
import { CloudsFileError, FILE_LIMIT, mergeTrees, parseCloudsFile, type Tree } from './clouds-yaml.ts'
import { environmentCloud, environmentName } from './environment-cloud.ts'
import { resolveCloud } from './resolve-cloud.ts'

export interface LoadedClouds {
  /** The one that `OS_CLOUD` names first. */
  configs: CloudConfig[]
  /** Every file that was looked into, and everything in one that cannot be used or is odd. */
  files: { path: string; error: string | null }[]
  /** A file that is there could not be read as a whole: its clouds may only seem to be gone. */
  broken: boolean
}

interface Found {
  path: string
  tree: Tree
}

/**
 * All clouds that the official clients would know here: the first clouds.yaml of the places that openstacksdk looks into (or the one that
 * `OS_CLIENT_CONFIG_FILE` names), under its secure.yaml, with its clouds-public.yaml, and the cloud of the `OS_*` variables.
 * A file or an entry that cannot be used is named with its reason; the others are there all the same.
 */
export async function loadClouds(places: Places): Promise<LoadedClouds> {
  const files: LoadedClouds['files'] = []
  const found = await Promise.all([
    read(candidates(places, 'clouds'), files),
    read(candidates(places, 'secure'), files),
    read(candidates(places, 'clouds-public'), files),
  ])
  const [clouds, secure, profiles] = found.map((file) => (file === 'broken' ? null : file))
  const publicTree = profiles?.tree ?? {}
  const shown = shorten(clouds?.path ?? secure?.path ?? '', places.homeDir)
  const configs: CloudConfig[] = []

  const attempt = (path: string, work: () => void): void => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof CloudsFileError)) throw error
      files.push({ path, error: error.message })
    }
  }
  const fromEntry = (name: string, entry: CloudEntry | CloudsFileError): void => {
    if (entry instanceof CloudsFileError) throw entry
    configs.push(...resolveCloud(name, entry, shown))
    if (entry.unknownProfile !== null)
      files.push({ path: shown, error: `${name} names the profile ${entry.unknownProfile}, which is unknown; the rest of it is used.` })
  }

  attempt(shown, () => {
    const merged = mergeTrees(clouds?.tree ?? {}, secure == null ? {} : { clouds: secure.tree.clouds ?? {} })
    const entries = cloudEntries(merged, publicTree)
    for (const [name, entry] of entries) attempt(shown, () => fromEntry(name, entry))
    const chosen = places.env.OS_CLOUD
    if (chosen && chosen !== environmentName(places.env) && clouds != null && !entries.has(chosen))
      files.push({ path: shown, error: `OS_CLOUD names ${chosen}, which is not in it.` })
  })
  attempt('environment', () => {
    const own = environmentCloud(places.env, publicTree)
    const name = environmentName(places.env)
    if (own.length > 0 && configs.some((config) => config.entry === name))
      throw new CloudsFileError(
        `The OS_ variables describe a cloud called ${name}, and so does ${shown}: set OS_CLOUD_NAME to another name.`,
      )
    configs.push(...own)
  })

  const first = configs.filter((config) => config.entry === places.env.OS_CLOUD)
  return {
    configs: [...first, ...configs.filter((config) => !first.includes(config))].map((config) => withPaths(config, places)),
    files: files.map((file) => ({ ...file, path: shorten(file.path, places.homeDir) })),
    broken: found.includes('broken'),
  }
}

/**
 * The first of these files that can be opened (those that cannot are passed over, as openstacksdk does). One that is broken ends the search, as it
 * would surprise to use another.
 */
async function read(paths: readonly string[], files: LoadedClouds['files']): Promise<Found | 'broken' | null> {
  for (const path of paths) {
    const text = await textOf(path, files)
    if (text === null) continue
    try {
      const { tree, notes } = parseCloudsFile(text, path.endsWith('json') ? 'json' : 'yaml')
      files.push({ path, error: null }, ...notes.map((error) => ({ path, error })))
      return { path, tree }
    } catch (error) {
      if (!(error instanceof CloudsFileError)) throw error
      files.push({ path, error: error.message })
      return 'broken'
    }
  }
  return null
}

/** Null for a file that is not there, or cannot be opened: then it is named. A file that is too large comes as more than the limit. */
async function textOf(path: string, files: LoadedClouds['files']): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  if (!found.isFile()) {
    files.push({ path, error: 'It is not a file.' })
    return null
  }
  if (found.size > FILE_LIMIT) return ' '.repeat(FILE_LIMIT + 1)
  return await readFile(path, 'utf8').catch((error: Error) => {
    files.push({ path, error: `It cannot be read: ${error.message}` })
    return null
  })
}

/** Certificates are named from the folder that the program was started in, or from home with a tilde. */
export function withPaths(config: CloudConfig, { homeDir, cwd }: Places): CloudConfig {
  const whole = (path: string | null): string | null => (path === null ? null : resolve(cwd, path.replace(/^~(?=\/|$)/, homeDir)))
  const { verify, caFile, certFile, keyFile } = config.tls
  return { ...config, tls: { verify, caFile: whole(caFile), certFile: whole(certFile), keyFile: whole(keyFile) } }
}

function shorten(path: string, homeDir: string): string {
  return path.startsWith(`${homeDir}/`) ? `~${path.slice(homeDir.length)}` : path
}
