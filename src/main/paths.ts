import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { defaultDataDir } from '../core/hosting/data-dir.ts'
import { pageRoot, preloadFile } from '../core/hosting/places.ts'

export interface Paths {
  dataDir: string
  /** Chromium's own files; below the data folder, so that two data folders are two Glancers (the single-instance lock lives here). */
  browserDir: string
  boundsFile: string
  pageRoot: string
  preload: string
  icon: string
  /** Files to open, absolute. */
  files: string[]
}

/**
 * Every path that the Electron host uses.
 * @param args the command line after the app itself: files to open, and `--data-dir FOLDER`; Chromium's own switches are not ours
 * @param here given by tests only: the address of the chunk that asks
 */
export function findPaths(args: readonly string[], platform: NodeJS.Platform, env: NodeJS.ProcessEnv, here?: string): Paths {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: { 'data-dir': { type: 'string' } },
  })
  const given = values['data-dir']
  const dataDir = typeof given === 'string' ? resolve(given) : defaultDataDir({ platform, env, homeDir: homedir() })
  const browserDir = join(dataDir, 'browser')
  const page = pageRoot(here)
  return {
    dataDir,
    browserDir,
    boundsFile: join(browserDir, 'window.json'),
    pageRoot: fileURLToPath(page),
    preload: fileURLToPath(preloadFile(here)),
    icon: fileURLToPath(new URL('../../resources/icons/256.png', page)),
    files: positionals.map((file) => resolve(file)),
  }
}
