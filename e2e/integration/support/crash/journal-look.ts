import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TransferRecord, transferRecordSchema } from '../../../../src/core/transfers/record.ts'

/**
 * What the journal of a process that is dead holds. A copy is read, so that whoever starts next finds it as the crash left it, its log not yet
 * taken in.
 * @throws Error when SQLite finds it damaged, a row cannot be read, or a row's columns and its record disagree.
 */
export async function lookIntoJournal(dataDir: string): Promise<Map<string, TransferRecord>> {
  const copy = await mkdtemp(join(tmpdir(), 'glancer-look-'))
  try {
    for (const name of ['journal.sqlite', 'journal.sqlite-wal'])
      await cp(join(dataDir, name), join(copy, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    const database = new DatabaseSync(join(copy, 'journal.sqlite'))
    try {
      const found = database.prepare('PRAGMA integrity_check').all()
      if (found.length !== 1 || found[0]?.integrity_check !== 'ok') throw new Error(`the journal is damaged: ${JSON.stringify(found)}`)
      const records = new Map<string, TransferRecord>()
      // Killed before its first start was over, it has no table yet.
      if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'transfers'").get() === undefined) return records
      for (const row of database.prepare('SELECT id, position, state, record FROM transfers').all()) {
        const record = transferRecordSchema.parse(JSON.parse(String(row.record)))
        if (record.id !== row.id || record.state !== row.state || record.position !== row.position)
          throw new Error(`the journal contradicts itself: ${JSON.stringify(row)}`)
        records.set(record.id, record)
      }
      return records
    } finally {
      database.close()
    }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
