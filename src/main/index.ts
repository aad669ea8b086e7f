import { app, dialog } from 'electron'
import { createApp } from '../core/app.ts'
import { start } from './lifecycle.ts'
import { findPaths } from './paths.ts'

// Not awaited: Electron is not ready before this module has been evaluated, and `start` waits for it to be ready.
start(createApp, findPaths(process.argv.slice(1), process.platform, process.env)).catch((error: unknown) => {
  dialog.showErrorBox('Glancer cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
})
