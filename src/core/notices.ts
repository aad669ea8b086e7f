import { z } from 'zod'
import type { GlancerError } from '../shared/errors.ts'
import type { Notice } from '../shared/notice.ts'
import type { Journal, JournalNotice } from './transfers/journal.ts'

const KEY = 'set-aside'
const noticeSchema = z.object({ kind: z.enum(['corrupt', 'newer']), setAside: z.string(), detail: z.string() })

/**
 * What the person has to know about Glancer's own data. That a journal was set aside is remembered until it was read, also over the next
 * start: else a crash right after would leave an empty list without a word.
 */
export class Notices {
  readonly #journal: Pick<Journal, 'remember' | 'remembered'>
  readonly #changed: () => void
  readonly #notices = new Map<Notice['id'], Notice>()

  constructor(journal: Pick<Journal, 'notice' | 'loaded' | 'remember' | 'remembered'>, changed: () => void) {
    this.#journal = journal
    this.#changed = changed
    if (journal.notice !== null) journal.remember(KEY, JSON.stringify(journal.notice))
    const aside = readNotice(journal.remembered(KEY))
    if (aside !== null) this.#notices.set('journal-set-aside', setAside(aside))
    const { unreadable } = journal.loaded
    if (unreadable > 0) this.#notices.set('journal-rows', unreadableRows(unreadable))
  }

  list(): Notice[] {
    return [...this.#notices.values()]
  }

  /** The journal takes nothing at the moment; null = it does again. */
  journalTrouble(error: GlancerError | null): void {
    if (error === null) this.#notices.delete('journal-trouble')
    else
      this.#notices.set('journal-trouble', {
        id: 'journal-trouble',
        severity: 'error',
        title: error.message,
        text: `${error.remedy ?? ''} It is tried again by itself.`.trim(),
        path: null,
        dismissible: false,
      })
    this.#changed()
  }

  dismiss(id: Notice['id']): void {
    if (this.#notices.get(id)?.dismissible !== true) return
    if (id === 'journal-set-aside') this.#journal.remember(KEY, '')
    this.#notices.delete(id)
    this.#changed()
  }
}

function setAside({ kind, setAside: path }: JournalNotice): Notice {
  const newer = kind === 'newer'
  return {
    id: 'journal-set-aside',
    severity: 'warn',
    title: newer ? 'The list of transfers was written by a newer Glancer.' : 'The list of transfers was damaged.',
    text: newer
      ? 'This one cannot read it, so it began an empty list. The other is untouched beside it; the newer Glancer can go on with it once it has its old name, journal.sqlite, again.'
      : 'Glancer began an empty one, and kept the damaged one. Images and files are not touched by this; look at what was under way.',
    path,
    dismissible: true,
  }
}

function unreadableRows(count: number): Notice {
  return {
    id: 'journal-rows',
    severity: 'warn',
    title:
      count === 1 ? 'One transfer of the list cannot be read.' : `${count.toLocaleString('en-US')} transfers of the list cannot be read.`,
    text: 'They are kept in the journal, but not shown and not run: another version of Glancer may have written them.',
    path: null,
    dismissible: true,
  }
}

function readNotice(text: string | null): JournalNotice | null {
  if (text === null || text === '') return null
  try {
    return noticeSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
