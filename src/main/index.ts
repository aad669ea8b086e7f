import { app, dialog } from 'electron'
import { createApp } from '../core/app.ts'
import { start } from './lifecycle.ts'
import { findPaths } from './paths.ts'

// Where it is not packaged, the command line also names the app's folder.
const args = process.argv.slice(process.defaultApp ? 2 : 1)
// Not awaited: Electron is not ready before this module has been evaluated, and `start` waits for it to be ready.
start(createApp, findPaths(args, process.platform, process.env)).catch((error: unknown) => {
  dialog.showErrorBox('Glancer cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
})
