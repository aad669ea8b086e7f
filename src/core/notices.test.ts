import { expect, test, vi } from 'vitest'
import { GlancerError } from '../shared/errors.ts'
import { Notices } from './notices.ts'
import type { JournalNotice } from './transfers/journal.ts'

function memory(notice: JournalNotice | null, unreadable = 0) {
  const kept = new Map<string, string>()
  return {
    kept,
    journal: {
      notice,
      loaded: { records: [], unreadable },
      remember: (key: string, value: string) => void kept.set(key, value),
      remembered: (key: string) => kept.get(key) ?? null,
    },
  }
}

test('a journal that was set aside is said, with the place of the copy, and again at the next start until it was read', () => {
  const { journal } = memory({ kind: 'corrupt', setAside: '/data/journal.sqlite.set-aside-x', detail: 'malformed' })
  const changed = vi.fn()
  const notices = new Notices(journal, changed)
  expect(notices.list()).toMatchObject([{ id: 'journal-set-aside', path: '/data/journal.sqlite.set-aside-x', dismissible: true }])
  const next = () => new Notices({ ...journal, notice: null }, changed)
  expect(next().list()).toHaveLength(1)
  const read = next()
  read.dismiss('journal-set-aside')
  expect(changed).toHaveBeenCalledTimes(1)
  expect(read.list()).toEqual([])
  expect(next().list()).toEqual([])
})

test('one that a newer Glancer wrote is said as that', () => {
  const { journal } = memory({ kind: 'newer', setAside: '/data/x', detail: '' })
  expect(new Notices(journal, () => {}).list()[0]?.title).toContain('newer Glancer')
})

test('a journal that takes nothing is said until it does again, and cannot be put away', () => {
  const notices = new Notices(memory(null).journal, () => {})
  notices.journalTrouble(new GlancerError('disk-full', 'The disk is full.', { remedy: 'Make room.' }))
  notices.dismiss('journal-trouble')
  expect(notices.list()).toMatchObject([{ id: 'journal-trouble', severity: 'error', title: 'The disk is full.' }])
  notices.journalTrouble(null)
  expect(notices.list()).toEqual([])
})

test('rows that cannot be read are counted', () => {
  expect(new Notices(memory(null, 2).journal, () => {}).list()[0]?.title).toBe('2 transfers of the list cannot be read.')
})
