import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { becomeReady, setAppFolder } from './app.ts'
import { listenToTest } from './remote.ts'

// node --import ./hooks.ts start.ts <folder of the app> …: as `electron <folder of the app> …`, in the stand-in.
const folder = resolve(process.argv[2] ?? '.')
process.argv.splice(1, 2, folder)
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string }
const packaged = process.env.GLANCER_STAND_IN_PACKAGED === '1'
// An app that is packaged is its own executable; only a folder has to be named.
if (packaged) process.argv.splice(1, 1)
else Object.assign(process, { defaultApp: true })
setAppFolder(folder, packaged)
listenToTest()
await import(pathToFileURL(join(folder, main)).href)
await becomeReady()
