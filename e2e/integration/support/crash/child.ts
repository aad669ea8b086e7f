import { createReadStream } from 'node:fs'
import { createApp } from '../../../../src/core/app.ts'
import { workerUrls } from '../../../../src/core/hosting/places.ts'
import { arm } from './crash-points.ts'
import { type ChildSays, childAskedSchema, childOptionsSchema, type ReceiveAsked } from './protocol.ts'

// The real core in a process of its own, to be killed. Its first argument says where; what is asked of it comes over the channel to its parent.

const options = childOptionsSchema.parse(JSON.parse(process.argv[2] ?? ''))
const say = (message: ChildSays): void => void process.send?.(message)
process.on('disconnect', () => process.exit(1))
if (options.crashPoint !== null) arm(options.crashPoint)

async function* bytesOf({ path, start, end, stalls }: ReceiveAsked): AsyncIterable<Uint8Array> {
  const last = stalls ? Math.floor((start + end) / 2) : end
  // A stream's own `end` is the last byte: nothing at all cannot be said with it.
  if (last > start) yield* createReadStream(path, { start, end: last - 1 })
  if (stalls) await new Promise(() => {})
}

const app = await createApp({
  dataDir: options.dataDir,
  version: '0-test',
  env: options.cloudsFile === null ? {} : { OS_CLIENT_CONFIG_FILE: options.cloudsFile },
  homeDir: options.homeDir,
  cwd: options.homeDir,
  workers: workerUrls(),
  host: { kind: 'test', mayBrowse: true },
  log: () => {},
}).catch((error: unknown) => {
  say({ kind: 'refused', message: error instanceof Error ? error.message : String(error) })
  process.exit(3)
})
app.onDelta((delta) => {
  for (const row of delta.transfers?.upserts ?? []) say({ kind: 'row', row })
})
process.on('message', (message) => {
  const asked = childAskedSchema.parse(message)
  const answer = async (): Promise<unknown> => {
    if (asked.what === 'call') return await app.call(asked.name, asked.input)
    if (asked.what === 'add') return await app.files.addPaths(asked.paths)
    if (asked.what === 'receive') return await app.files.receive(asked.fileId, asked.part, bytesOf(asked))
    await app.close()
    return null
  }
  void answer().then(
    (value) => {
      say({ kind: 'answer', id: asked.id, value: value ?? null })
      if (asked.what === 'close') process.disconnect()
    },
    (error: unknown) => say({ kind: 'failed', id: asked.id, message: String(error) }),
  )
})
say({ kind: 'ready' })
