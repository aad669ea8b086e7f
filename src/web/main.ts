import { mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }
import { createApp } from '../core/app.ts'
import { defaultDataDir } from '../core/hosting/data-dir.ts'
import { pageRoot, workerUrls } from '../core/hosting/places.ts'
import { GlancerError } from '../shared/errors.ts'
import { readArgs, usage, type WebOptions } from './args.ts'
import { closeInOrder } from './closing.ts'
import { watchMachine } from './machine-watch.ts'
import { openBrowser } from './open-browser.ts'
import { startWebServer } from './server.ts'

/** The web host: the core behind a server on loopback, and one line that says where. */
async function run(options: WebOptions): Promise<void> {
  const { env, platform } = process
  const dataDir = options.dataDir ?? defaultDataDir({ platform, env, homeDir: homedir() })
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const tls = options.remote && {
    cert: await readFile(options.remote.certFile, 'utf8'),
    key: await readFile(options.remote.keyFile, 'utf8'),
    names: [options.remote.name],
  }
  const app = await createApp({
    dataDir,
    version: manifest.version,
    env,
    homeDir: homedir(),
    cwd: process.cwd(),
    workers: workerUrls(),
    host: { kind: 'web', mayBrowse: true },
    // The first line of stdout is the address, and scripts read it: everything else goes to stderr.
    log: (level, text) => process.stderr.write(`${level}: ${text}\n`),
  })
  const server = await startWebServer({
    app,
    pageRoot: fileURLToPath(pageRoot()),
    port: options.port,
    host: options.host,
    ...(tls && { tls }),
  }).catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  const endWatch = watchMachine(app)
  closeInOrder([
    async () => {
      endWatch()
      await server.close()
    },
    () => app.close(),
  ])
  process.stdout.write(`Glancer is at ${server.url}\n`)
  if (options.open) await openBrowser(server.url, dataDir, { platform, env })
}

/** What a person can mend is said in a sentence; a fault of the program itself with the place where it happened. */
function explain(error: unknown): string {
  if (error instanceof GlancerError) return [error.message, error.remedy].filter(Boolean).join(' ')
  if (!(error instanceof Error)) return String(error)
  return 'syscall' in error ? error.message : (error.stack ?? error.message)
}

let options: WebOptions
try {
  options = readArgs(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`)
  process.exit(2)
}
try {
  await run(options)
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
}
