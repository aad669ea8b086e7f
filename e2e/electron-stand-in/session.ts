import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import type { Protocol } from './cdp.ts'
import { state } from './state.ts'
import { firing, strict } from './strict.ts'

type RequestHandler = Exclude<Parameters<Electron.Session['setPermissionRequestHandler']>[0], null>
type CheckHandler = Exclude<Parameters<Electron.Session['setPermissionCheckHandler']>[0], null>
type DeviceHandler = Exclude<Parameters<Electron.Session['setDevicePermissionHandler']>[0], null>
type Permission = Parameters<RequestHandler>[1] & Parameters<CheckHandler>[1]

const handlers: { request: RequestHandler | null; check: CheckHandler | null; device: DeviceHandler | null } = {
  request: null,
  check: null,
  device: null,
}

/** What Electron calls a permission, and what the debugging protocol calls it. */
const permissions = [
  ['media', 'audioCapture'],
  ['media', 'videoCapture'],
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['midi', 'midi'],
  ['midiSysex', 'midiSysex'],
  ['clipboard-read', 'clipboardReadWrite'],
  ['clipboard-sanitized-write', 'clipboardSanitizedWrite'],
  ['idle-detection', 'idleDetection'],
  ['storage-access', 'storageAccess'],
] as const satisfies readonly (readonly [Permission, Protocol.Browser.PermissionType])[]

/**
 * Asks the app's handlers about every permission that Chromium knows too and sets Chromium to their answers, so that a page meets the app's
 * decision. Without a handler Electron allows everything.
 *
 * @param url the page, as the app knows it
 */
export async function applyPermissions(url: string): Promise<void> {
  const origin = state.addresses.inside(new URL(url).origin === 'null' ? url : new URL(url).origin).replace(/\/$/, '')
  const allowed = permissions.filter(([permission]) => allows(permission, url)).map(([, name]) => name)
  await state.chromium?.root.send('Browser.grantPermissions', { origin, permissions: allowed })
}

function allows(permission: Permission, url: string): boolean {
  const checked = handlers.check?.(null, permission, url, {} as Parameters<CheckHandler>[3]) ?? true
  let granted = handlers.request === null
  const contents = { getURL: () => url } as Electron.WebContents
  handlers.request?.(contents, permission, (decision) => (granted = decision), {} as Parameters<RequestHandler>[3])
  return checked && granted
}

/** Its one event comes from downloads.ts. */
export const defaultSession = strict(
  'session.defaultSession',
  Object.assign(firing('session', new EventEmitter(), ['will-download']), {
    setPermissionRequestHandler: (handler: RequestHandler | null) => {
      handlers.request = handler
    },
    setPermissionCheckHandler: (handler: CheckHandler | null) => {
      handlers.check = handler
    },
    setDevicePermissionHandler: (handler: DeviceHandler | null) => {
      handlers.device = handler
    },
  } satisfies Partial<Electron.Session>),
)

export const session = strict('session', { defaultSession })
