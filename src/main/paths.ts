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
}

/** Every path that the Electron host uses. @param args the command line; `--data-dir FOLDER` is heard, Chromium's own switches are not ours */
export function findPaths(args: readonly string[], platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Paths {
  const { values } = parseArgs({ args: [...args], strict: false, options: { 'data-dir': { type: 'string' } } })
  const given = values['data-dir']
  const dataDir = typeof given === 'string' ? resolve(given) : defaultDataDir({ platform, env, homeDir: homedir() })
  const browserDir = join(dataDir, 'browser')
  const page = pageRoot()
  return {
    dataDir,
    browserDir,
    boundsFile: join(browserDir, 'window.json'),
    pageRoot: fileURLToPath(page),
    preload: fileURLToPath(preloadFile()),
    icon: fileURLToPath(new URL('../../resources/icons/256.png', page)),
  }
}
