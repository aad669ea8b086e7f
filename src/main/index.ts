import { app, dialog } from 'electron'
import type { App, AppPorts } from '../core/ports.ts'
import { start } from './lifecycle.ts'
import { findPaths } from './paths.ts'

// Where it is not packaged, the command line also names the app's folder.
const args = process.argv.slice(process.defaultApp ? 2 : 1)
// Loaded once the window is on its way: the core is nine tenths of the code, and nothing of it is needed before.
const createApp = async (ports: AppPorts): Promise<App> => await (await import('../core/app.ts')).createApp(ports)

// Not awaited: Electron is not ready before this module has been evaluated, and `start` waits for it to be ready.
start(createApp, findPaths(args, process.platform, process.env)).catch((error: unknown) => {
  dialog.showErrorBox('Glancer cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
})
