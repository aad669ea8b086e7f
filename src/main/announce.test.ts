import { beforeEach, describe, expect, test } from 'vitest'
import { FakeApp } from '../core/hosting/testing/fake-app.ts'
import { settingsSchema, type Transfer } from '../shared/domain.ts'
import { announceTransfers, noticeOf } from './announce.ts'
import * as electron from './testing/electron-stub.ts'
import { followTheme } from './theme.ts'

const row = (id: string, state: Transfer['state'], more: Partial<Transfer> = {}): Transfer =>
  ({ id, imageName: id, state, ...more }) as Transfer
const verified: Partial<Transfer> = { verification: { kind: 'verified', algorithms: ['MD5'] } }

describe('transfers outside the window', () => {
  let app: FakeApp
  let window: electron.BrowserWindow
  let shown: number
  let seq = 0
  const say = (...upserts: Transfer[]): void => app.emit({ seq: ++seq, transfers: { upserts, removed: [] } })
  const notices = (): string[] => electron.happened.filter((line) => line.startsWith('notice'))

  beforeEach(() => {
    electron.resetElectron()
    app = new FakeApp()
    window = new electron.BrowserWindow({})
    shown = 0
    announceTransfers(
      app,
      () => window as object as Electron.BrowserWindow,
      () => shown++,
    )
  })

  test('one notice when the last came to rest, worst first', () => {
    say(row('a', 'transferring'), row('b', 'queued'), row('c', 'queued'))
    say(row('a', 'done', verified))
    expect(notices()).toEqual([])
    say(row('b', 'failed'))
    say(row('c', 'done', { verification: { kind: 'mismatch', algorithms: [], what: '' } }))
    expect(notices()).toEqual(['notice 3 transfers ended: 1 mismatch, 1 failed, 1 verified'])
    electron.notifications[0]?.emit('click')
    expect(shown).toBe(1)
  })

  test('none while the window is in front, none for what ended long ago, none for what was cancelled', () => {
    say(row('old', 'done', verified))
    say(row('a', 'transferring'))
    say(row('a', 'cancelled'))
    window.focused = true
    say(row('b', 'transferring'))
    say(row('b', 'done', verified))
    window.focused = false
    app.emit({ seq: ++seq, freeBytes: 1 })
    expect(notices()).toEqual([])
  })

  test('a retry is new work', () => {
    say(row('a', 'transferring'))
    say(row('a', 'failed'))
    say(row('a', 'preparing'))
    say(row('a', 'done', verified))
    expect(notices()).toEqual(['notice a: Failed', 'notice a: Verified'])
  })

  test('the bar is the mean of those that run, and goes away', () => {
    app.transfers = [
      { imageName: 'a', kind: 'upload', percent: 50 },
      { imageName: 'b', kind: 'upload', percent: null },
    ]
    say(row('a', 'transferring'))
    app.transfers = []
    say(row('a', 'done', verified))
    expect(window.did.filter((line) => line.startsWith('progress'))).toEqual(['progress 0.25', 'progress -1'])
  })

  test('one alone is named', () => {
    expect(noticeOf([{ name: 'debian-13', outcome: 'done, not verifiable' }])).toEqual({ title: 'debian-13', body: 'Done, not verifiable' })
  })
})

test('what the system draws follows the theme of the settings', () => {
  electron.resetElectron()
  const app = new FakeApp()
  followTheme(app)
  app.emit({ seq: 1, settings: settingsSchema.parse({ theme: 'dark' }) })
  expect(electron.nativeTheme.themeSource).toBe('dark')
})
