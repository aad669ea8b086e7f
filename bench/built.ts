import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { workerUrls } from '../src/core/hosting/places.ts'
import { output } from './programs.ts'

const root = join(import.meta.dirname, '..')

/** The worker files as they ship. From the sources a thread takes 0.1 s longer to start, since types have to be stripped first. */
export const builtWorkers = (): ReturnType<typeof workerUrls> => workerUrls(pathToFileURL(join(root, 'out', 'main', 'index.js')).href)

/** Makes them from the present sources. */
export async function buildWorkers(): Promise<void> {
  await output([process.execPath, join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'])
}
