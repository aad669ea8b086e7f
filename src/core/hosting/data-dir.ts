import { posix, win32 } from 'node:path'

/** What the choice of the data folder depends on; given, so that tests own it. */
export interface DataDirFacts {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  homeDir: string
}

/**
 * The folder for the journal, the settings and the built-in service's images, the same for both hosts. `GLANCER_DATA_DIR` wins; then what the
 * system has for a program's data: `$XDG_DATA_HOME/glancer`, `~/Library/Application Support/Glancer`, `%LOCALAPPDATA%\Glancer` (not the
 * roaming `%APPDATA%`: images of many gigabytes must not follow a person from machine to machine).
 */
export function defaultDataDir({ platform, env, homeDir }: DataDirFacts): string {
  const path = platform === 'win32' ? win32 : posix
  if (env.GLANCER_DATA_DIR) return path.resolve(env.GLANCER_DATA_DIR)
  if (platform === 'win32') return path.join(env.LOCALAPPDATA || path.join(homeDir, 'AppData', 'Local'), 'Glancer')
  if (platform === 'darwin') return path.join(homeDir, 'Library', 'Application Support', 'Glancer')
  // The XDG base directory rules: a relative value is not to be used.
  const dataHome = env.XDG_DATA_HOME
  return path.join(dataHome && path.isAbsolute(dataHome) ? dataHome : path.join(homeDir, '.local', 'share'), 'glancer')
}
