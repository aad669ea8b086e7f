import type { Session } from 'electron'
import { PAGE_ORIGIN } from './scheme.ts'

/** The one thing that the page may ask of the system: to put text, such as a digest, on the clipboard. It can never read it. */
const COPY = 'clipboard-sanitized-write'

/** Refuses the page every permission and device but the one above. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) => decide(permission === COPY && ownPage(contents.getURL())))
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === COPY && ownPage(origin))
  session.setDevicePermissionHandler(() => false)
}

function ownPage(address: string): boolean {
  return address === PAGE_ORIGIN || address.startsWith(`${PAGE_ORIGIN}/`)
}
