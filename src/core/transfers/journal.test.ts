import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDataDir } from '../lock.ts'
import { openJournal } from './journal.ts'
import { record } from './testing/fakes.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-journal-'))
})
afterEach(() => rm(dir, { recursive: true }))
const aRecord = () =>
  record({ kind: 'download', folder: '/x', replace: false, part: null, noRange: false, folderDev: null, committing: null })

test('what was saved is there again, in order; what was removed is not', () => {
  const journal = openJournal(dir)
  const [a, b, c] = [
    { ...aRecord(), position: 2 },
    { ...aRecord(), position: 1 },
    { ...aRecord(), position: 3 },
  ]
  journal.save([a, b, c])
  journal.save([{ ...c, state: 'failed' }])
  journal.remove([a.id])
  journal.saveSettings({ ...journal.settings(), transfersAtOnce: 7 })
  journal.close()
  const again = openJournal(dir)
  expect(again.loaded.records).toEqual([b, { ...c, state: 'failed' }])
  expect(again.settings().transfersAtOnce).toBe(7)
  expect(again.notice).toBeNull()
  again.close()
})

test('a damaged journal is set aside, said, and a new one begun', async () => {
  await writeFile(join(dir, 'journal.sqlite'), 'this is no database, '.repeat(500))
  const journal = openJournal(dir)
  expect(journal.notice).toMatchObject({ kind: 'corrupt' })
  expect(journal.loaded.records).toEqual([])
  journal.save([aRecord()])
  journal.close()
  expect((await readdir(dir)).some((name) => name.startsWith('journal.sqlite.set-aside-'))).toBe(true)
})

test('a journal of a newer version is set aside untouched', () => {
  const path = join(dir, 'journal.sqlite')
  const newer = new DatabaseSync(path)
  newer.exec('PRAGMA user_version = 99; CREATE TABLE future (x); INSERT INTO future VALUES (42)')
  newer.close()
  const journal = openJournal(dir)
  expect(journal.notice).toMatchObject({ kind: 'newer' })
  journal.close()
  const kept = new DatabaseSync(journal.notice?.setAside ?? '')
  expect(kept.prepare('SELECT x FROM future').get()).toEqual({ x: 42 })
  kept.close()
})

test('one that only cannot be opened now stays where it is: an empty list would be a lie', async () => {
  const journal = openJournal(dir)
  journal.save([aRecord()])
  journal.close()
  const other = new DatabaseSync(join(dir, 'journal.sqlite'))
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  expect(() => openJournal(dir)).toThrow('cannot be opened')
  other.close()
  expect((await readdir(dir)).filter((name) => name.includes('set-aside'))).toEqual([])
  const again = openJournal(dir)
  expect(again.loaded.records).toHaveLength(1)
  again.close()
})

test('a row that cannot be read is counted and left, and the others are there', () => {
  const journal = openJournal(dir)
  const good = aRecord()
  journal.save([good])
  journal.close()
  const database = new DatabaseSync(join(dir, 'journal.sqlite'))
  database.exec(`INSERT INTO transfers VALUES ('bad', 0, 'queued', '{"half": ')`)
  database.close()
  const again = openJournal(dir)
  expect(again.loaded).toEqual({ records: [good], unreadable: 1 })
  again.close()
})

test('a second one on the same folder is refused until the first lets go', () => {
  const lock = lockDataDir(dir)
  expect(() => lockDataDir(dir)).toThrow('already running')
  lock.release()
  lockDataDir(dir).release()
})

test('a folder that cannot be written is not called one where another Glancer runs', async () => {
  const file = join(dir, 'no-folder')
  await writeFile(file, '')
  expect(() => lockDataDir(file)).toThrow('Nothing can be written')
})
