import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'
import { createApp } from '../src/core/app.ts'
import { THIS_COMPUTER } from '../src/shared/domain.ts'
import { commands } from '../src/shared/protocol.ts'
import { builtWorkers } from './built.ts'
import type { resultSchema } from './client-result.ts'

// The whole core, as the app runs it: files are taken, queued in the journal, sent to the built-in service three at a time, and compared with
// its records. Takes their paths as JSON, prints one result as JSON.

const paths = z.array(z.string()).parse(JSON.parse(process.argv[2] ?? '[]'))
const dir = await mkdtemp(join(tmpdir(), 'glancer-bench-core-'))
const app = await createApp({
  dataDir: dir,
  version: '0-bench',
  env: {},
  homeDir: dir,
  cwd: dir,
  workers: builtWorkers(),
  host: { kind: 'test', mayBrowse: true },
  log: () => {},
})
try {
  console.log(JSON.stringify(await uploadAll()))
} finally {
  await app.close()
  await rm(dir, { recursive: true, force: true })
}

async function uploadAll(): Promise<z.infer<typeof resultSchema>> {
  const rssBefore = process.memoryUsage.rss()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const left = new Set<string>()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let started = false
  const seen = new Set<string>()
  app.onDelta((delta) => {
    for (const row of delta.transfers?.upserts ?? []) {
      if (row.state === 'failed') reject(new Error(JSON.stringify(row.error)))
      if (row.state === 'done') {
        seen.add(row.id)
        left.delete(row.id)
      }
    }
    if (started && left.size === 0) resolve()
  })
  const cpu = process.cpuUsage()
  delay.enable()
  const from = performance.now()
  const files = await app.files.addPaths(paths)
  const items = files.flatMap((file, n) =>
    'fileId' in file
      ? [{ fileId: file.fileId, fields: { name: `small-${n}`, diskFormat: 'raw', containerFormat: 'bare', visibility: 'private' } }]
      : [],
  )
  const answer = await app.call('uploads.start', { cloudId: THIS_COMPUTER, items })
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  for (const id of commands['uploads.start'].output.parse(answer.value).transferIds) if (!seen.has(id)) left.add(id)
  started = true
  if (left.size === 0) resolve()
  await promise
  const seconds = (performance.now() - from) / 1000
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  return {
    seconds,
    secondsToLastByte: seconds,
    cpuSeconds: (user + system) / 1e6,
    rssBeforeMiB: rssBefore / 1048576,
    rssPeakMiB: process.resourceUsage().maxRSS / 1024,
    loopDelayP99Ms: delay.percentile(99) / 1e6 - 5,
    waits: null,
    digests: {},
  }
}
