import { describe, expect, it } from 'vitest'
import type { Transfer, Verification } from '../../../shared/domain.ts'
import { sampleTransfer } from '../../testing/samples.ts'
import { actionLabel, counted, groupOf, inGroups, phaseLook, standing } from './words.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')
const mismatch: Verification = { kind: 'mismatch', algorithms: ['SHA-512'], what: "SHA-512 differs from the cloud's" }
const verified: Verification = { kind: 'verified', algorithms: ['MD5', 'SHA-512'] }

describe('groups', () => {
  it('a mismatch needs a person, whichever state carries it', () => {
    expect(groupOf(sampleTransfer({ state: 'failed', verification: mismatch }))).toBe('needs-you')
    expect(groupOf(sampleTransfer({ state: 'done', verification: mismatch }))).toBe('needs-you')
    expect(phaseLook(sampleTransfer({ state: 'failed', verification: mismatch })).word).toBe('Mismatch')
  })
  it('what runs is in the order of the queue, what is over has the newest first', () => {
    const sorted = inGroups([
      sampleTransfer({ id: 'b', state: 'transferring', position: 2 }),
      sampleTransfer({ id: 'a', state: 'preparing', position: 1 }),
      sampleTransfer({ id: 'old', state: 'done', verification: verified, endedAt: 1 }),
      sampleTransfer({ id: 'new', state: 'done', verification: verified, endedAt: 2 }),
    ])
    expect(sorted.running.map((each) => each.id)).toEqual(['a', 'b'])
    expect(sorted.done.map((each) => each.id)).toEqual(['new', 'old'])
  })
  it('counts every transfer once', () => {
    const states = ['transferring', 'waiting', 'queued', 'failed', 'paused', 'cancelled'] as const
    const all = [
      ...states.map((state) => sampleTransfer({ state })),
      sampleTransfer({ state: 'failed', verification: mismatch }),
      sampleTransfer({ state: 'done', verification: verified }),
    ]
    expect(counted(all)).toBe('1 running, 2 waiting, 1 paused, 1 mismatch, 1 failed, 1 cancelled, 1 done')
  })
})

describe('standing', () => {
  it('counts a wait down, and says why', () => {
    const waiting = sampleTransfer({ state: 'waiting', until: 12_000, reason: 'connection reset' })
    expect(plain(standing(waiting, 0))).toBe('again in 12 s: connection reset')
    expect(plain(standing(waiting, 20_000))).toBe('again in 1 s: connection reset')
  })
  it('a verified one says by what, how much and how fast', () => {
    const done = sampleTransfer({ state: 'done', verification: verified, startedAt: 1000, endedAt: 1400 })
    expect(plain(standing(done, 0))).toBe('MD5 + SHA-512, 20.7 MB in 0.4 s')
    expect(plain(standing({ ...done, attempt: 2 }, 0))).toBe('MD5 + SHA-512, 20.7 MB in 0.4 s, one retry')
  })
  it('is never "verified" without a verification', () => {
    for (const verification of [null, { kind: 'not-verifiable', reason: 'the cloud published no hash' } as const]) {
      expect(phaseLook(sampleTransfer({ state: 'done', verification })).word).toBe('Not verifiable')
    }
  })
  it('an import says that nothing was compared, and never that it is verified', () => {
    const verification = { kind: 'not-compared', reason: 'the cloud fetched it, so nothing was compared' } as const
    const progress = { method: 'web-download', stores: [], task: null } as const
    const done = sampleTransfer({
      kind: 'import',
      state: 'done',
      verification,
      import: { ...progress, stores: [] },
      startedAt: 0,
      endedAt: 400,
    })
    expect(phaseLook(done)).toEqual({ word: 'Imported', shape: 'tick', tone: 't2' })
    expect(plain(standing(done, 0))).toBe('the cloud fetched it, so nothing was compared. 20.7 MB in 0.4 s')
    expect(plain(standing({ ...done, bytesTotal: null }, 0))).toBe('the cloud fetched it, so nothing was compared. It took 0.4 s')
    expect(phaseLook({ ...done, import: { method: 'copy-image', stores: [], task: null } }).word).toBe('Copied')
  })
  it('each kind has its phases', () => {
    const progress = { method: 'web-download' as const, stores: [], task: null }
    const staging = { ...progress, method: 'glance-direct' as const }
    const copying = { ...progress, method: 'copy-image' as const }
    const words = (change: Partial<Transfer>) =>
      (['transferring', 'finishing'] as const).map((state) => phaseLook(sampleTransfer({ ...change, state })).word)
    expect(words({ kind: 'upload' })).toEqual(['Sending', 'Cloud is saving'])
    expect(words({ kind: 'upload', import: staging })).toEqual(['Sending to staging', 'Cloud is importing'])
    expect(words({ kind: 'download' })).toEqual(['Receiving', 'Writing to disk'])
    expect(words({ kind: 'import', import: progress })[1]).toBe('Cloud is importing')
    expect(words({ kind: 'import', import: copying })[1]).toBe('Cloud is copying')
    expect(words({ kind: 'copy' })).toEqual(['Copying', 'Cloud is saving'])
  })
  it('a failure says what is left behind, as two sentences', () => {
    const failed = sampleTransfer({
      state: 'failed',
      error: { code: 'quota', message: 'The quota is used up.' },
      leftBehind: 'The image, without data.',
    })
    expect(standing(failed, 0)).toBe('The quota is used up. The image, without data')
  })
})

describe('actionLabel', () => {
  it('is honest about pausing an upload', () => {
    expect(actionLabel(sampleTransfer({ state: 'transferring' }), 'pause')).toBe('Pause: an upload starts again from byte 0')
    expect(actionLabel(sampleTransfer({ state: 'transferring', kind: 'copy' }), 'pause')).toBe('Pause: a copy starts again from byte 0')
    expect(actionLabel(sampleTransfer({ state: 'transferring', kind: 'download' }), 'pause')).toBe('Pause: a download keeps its bytes')
  })
  it('a retry has three names', () => {
    expect(actionLabel(sampleTransfer({ state: 'waiting' }), 'retry')).toBe('Retry now')
    expect(actionLabel(sampleTransfer({ state: 'failed' }), 'retry')).toBe('Retry')
    expect(actionLabel(sampleTransfer({ state: 'failed', kind: 'download' }), 'retry')).toBe('Download again')
  })
})
