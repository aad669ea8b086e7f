import { type BrowserWindow, Notification } from 'electron'
import type { App } from '../core/ports.ts'
import type { Transfer } from '../shared/domain.ts'

/** How one that came to rest ended, in the words of the page. */
type Outcome = 'verified' | 'done, not verifiable' | 'mismatch' | 'failed'

/**
 * Tells of transfers outside the window: a bar on the program's icon while they run and, if nobody is looking when the last one came to rest,
 * one notice of how all of them ended. @param show brings the window to the front. @returns ends it
 */
export function announceTransfers(app: App, window: () => BrowserWindow | null, show: () => void): () => void {
  const moving = new Set<string>()
  let ended: { name: string; outcome: Outcome }[] = []
  let bar = -1
  return app.onDelta(({ transfers }) => {
    for (const row of transfers?.upserts ?? []) {
      const outcome = outcomeOf(row)
      if (outcome === null && row.state !== 'cancelled') moving.add(row.id)
      else if (moving.delete(row.id) && outcome !== null) ended.push({ name: row.imageName, outcome })
    }
    for (const id of transfers?.removed ?? []) moving.delete(id)

    const running = app.running()
    const progress = running.length === 0 ? -1 : running.reduce((sum, { percent }) => sum + (percent ?? 0), 0) / running.length / 100
    if (progress !== bar) window()?.setProgressBar(progress)
    bar = progress

    if (moving.size > 0 || ended.length === 0) return
    const notice = noticeOf(ended)
    ended = []
    if (window()?.isFocused() || !Notification.isSupported()) return
    const shown = new Notification(notice)
    shown.on('click', show)
    shown.show()
  })
}

function outcomeOf({ state, verification }: Transfer): Outcome | null {
  if (verification?.kind === 'mismatch') return 'mismatch'
  if (state === 'failed') return 'failed'
  // A paused or waiting one has not ended; that it does not move is not news.
  if (state !== 'done') return null
  return verification?.kind === 'verified' ? 'verified' : 'done, not verifiable'
}

/** One for all: forty transfers are not forty notices. Exported for the tests. */
export function noticeOf(ended: readonly { name: string; outcome: Outcome }[]): { title: string; body: string } {
  const [first] = ended
  if (ended.length === 1 && first) return { title: first.name, body: first.outcome.replace(/^./, (letter) => letter.toUpperCase()) }
  const outcomes = ['mismatch', 'failed', 'verified', 'done, not verifiable'] as const
  const counts = outcomes.map((outcome) => [ended.filter((one) => one.outcome === outcome).length, outcome] as const)
  return {
    title: `${ended.length} transfers ended`,
    body: counts
      .filter(([count]) => count > 0)
      .map(([count, outcome]) => `${count} ${outcome}`)
      .join(', '),
  }
}
