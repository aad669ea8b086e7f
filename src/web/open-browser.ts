import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Opens the person's browser at the address, if there is a browser to open.
 *
 * The address holds the token, and command lines can be read by everybody on a shared machine. So the browser is given a file that only this
 * person can read, which sends it on.
 *
 * @returns false where there is no screen to open a browser on
 */
export async function openBrowser(
  url: string,
  dataDir: string,
  facts: { platform: NodeJS.Platform; env: NodeJS.ProcessEnv },
): Promise<boolean> {
  const command = opener(facts)
  if (command === null) return false
  const file = join(dataDir, 'open.html')
  await writeFile(file, redirectPage(url), { mode: 0o600 })
  const child = spawn(command.file, [...command.args, pathToFileURL(file).href], { detached: true, stdio: 'ignore' })
  // No opener installed: the printed address is there for that.
  child.on('error', () => {})
  child.unref()
  return true
}

/** The system's own way to open something; null without a screen. */
export function opener({ platform, env }: { platform: NodeJS.Platform; env: NodeJS.ProcessEnv }): { file: string; args: string[] } | null {
  if (platform === 'darwin') return { file: 'open', args: [] }
  if (platform === 'win32') return { file: 'rundll32', args: ['url.dll,FileProtocolHandler'] }
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { file: 'xdg-open', args: [] } : null
}

/** Sends the browser on. Exported for the tests. */
export function redirectPage(url: string): string {
  const safe = url.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<!doctype html><meta charset="utf-8"><title>Glancer</title><meta http-equiv="refresh" content="0;url=${safe}"><a href="${safe}">Open Glancer</a>\n`
}
