import type * as Electron from 'electron'
import { app } from './app.ts'
import { state } from './state.ts'
import { notHere, strict } from './strict.ts'

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme, privileges = {} } of schemes) {
      // Anything less could not be shown on an https origin, and anything more would be a right that it has there unasked.
      if (!privileges.standard || !privileges.secure) notHere(`scheme ${scheme} that is not standard and secure`)
      for (const right of ['bypassCSP', 'allowServiceWorkers', 'allowExtensions'] as const) {
        if (privileges[right]) notHere(`scheme ${scheme} with ${right}`)
      }
      state.addresses.declare(scheme)
    }
  },
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    if (state.schemeHandlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    state.schemeHandlers.set(scheme, handler)
  },
} satisfies Partial<Electron.Protocol>)
