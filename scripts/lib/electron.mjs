import { existsSync } from 'node:fs'
import { join } from 'node:path'

const executables = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }

/**
 * Electron's executable, or why Glancer does without. Only looks: asking the package itself would start a download from GitHub.
 * @returns {{ file: string } | { missing: string }}
 */
export function findElectron({ root, platform, env }) {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH
  const file = join(override || join(root, 'node_modules', 'electron', 'dist'), executables[platform] ?? 'electron')
  if (!existsSync(file)) {
    const remedy = override ? `nothing at ${file}` : '"npx install-electron" fetches it from GitHub'
    return { missing: `Electron's runtime is not here (${remedy})` }
  }
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return { missing: 'There is no screen here' }
  return { file }
}
