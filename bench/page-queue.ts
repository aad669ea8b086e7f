import { mkdirSync } from 'node:fs'
import { openJournal } from '../src/core/transfers/journal.ts'
import { newTransfer } from '../src/core/transfers/new-transfer.ts'
import type { TransferRecord } from '../src/core/transfers/record.ts'

/** A journal with so many entries: most done, some failed, some paused; none that would start by itself. */
export function writeQueue(dataDir: string, count: number): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const journal = openJournal(dataDir)
  const now = Date.now()
  journal.save(Array.from({ length: count }, (_, n) => entry(n, now - n * 60_000)))
  journal.close()
}

function entry(n: number, at: number): TransferRecord {
  const record = newTransfer(
    {
      job: { kind: 'download', folder: '/nowhere', replace: false, part: null, noRange: false, folderDev: null, committing: null },
      cloudId: 'this-computer',
      cloudName: 'This computer',
      imageId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      imageName: `ubuntu-24.04-server-cloudimg-${n}-amd64`,
      fileName: `ubuntu-24.04-server-cloudimg-${n}-amd64.qcow2`,
      bytesTotal: 618_201_088 + n,
    },
    at,
  )
  const base = { ...record, position: n, startedAt: at, endedAt: at + 9000, stateSince: at + 9000, attempt: 1 }
  if (n % 10 === 3) return { ...base, state: 'failed', error: { code: 'reset', message: 'The connection was cut.' } }
  if (n % 10 === 6) return { ...base, state: 'paused', endedAt: null }
  return { ...base, state: 'done', verification: { kind: 'verified', algorithms: ['MD5', 'SHA-512'] } }
}
