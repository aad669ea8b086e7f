import { shell } from 'electron'

/**
 * Hands a link to the system's browser if it is one for a browser; everything else (`file:`, `smb:`, schemes of other programs) could start
 * something on this machine and is refused.
 *
 * @returns whether it was handed over
 */
export function openOutside(address: string): boolean {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return false
  // No browser installed, or the person said no: nothing that Glancer could do about it.
  shell.openExternal(url.href).catch(() => {})
  return true
}
