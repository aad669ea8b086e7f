import { describe, expect, test } from 'vitest'
import type { Waits } from '../worker/contract.ts'
import { createBottleneckMeter } from './bottleneck.ts'

const none: Waits = { disk: 0, hashing: 0, network: 0, source: 0, server: 0, rate: 0 }

/** Plays a course of seconds, each spent waiting mostly for one thing, ten looks a second; gives what was shown at the end of each. */
function play(...seconds: (keyof Waits)[]): (string | null)[] {
  const meter = createBottleneckMeter()
  let waits = none
  let now = 0
  meter.update(waits, now)
  return seconds.map((account) => {
    let shown: string | null = null
    for (let n = 0; n < 10; n++) {
      now += 100
      waits = { ...waits, [account]: waits[account] + 90, disk: waits.disk + 5 }
      shown = meter.update(waits, now)
    }
    return shown
  })
}

describe('the bottleneck', () => {
  test('is named once it has held for some seconds', () => {
    expect(play('network', 'network', 'network', 'network')).toEqual([null, null, null, 'network'])
  })

  test.each([
    ['disk', 'disk'],
    ['hashing', 'hashing here'],
    ['network', 'network'],
    ['server', 'server hashing'],
    ['rate', 'speed limit'],
  ] as const)('%s is called %s', (account, word) => {
    expect(play(account, account, account, account, account).at(-1)).toBe(word)
  })

  test('of a copy names the side', () => {
    const meter = createBottleneckMeter('copy')
    const shown = new Set<string | null>()
    for (let now = 0; now <= 20_000; now += 500)
      shown.add(meter.update({ ...none, network: Math.min(now, 10_000), source: Math.max(0, now - 10_000) }, now))
    expect([...shown]).toEqual([null, 'target network', 'source network'])
  })

  test('does not flicker with a second of something else', () => {
    const shown = play('network', 'network', 'network', 'network', 'disk', 'network', 'disk', 'disk', 'network', 'network')
    expect(new Set(shown.slice(3))).toEqual(new Set(['network']))
  })

  test('changes when another one holds', () => {
    expect(play('network', 'network', 'network', 'network', 'disk', 'disk', 'disk', 'disk', 'disk').at(-1)).toBe('disk')
  })

  test('is kept for each second, as runs, and of a long transfer only the last', () => {
    const meter = createBottleneckMeter()
    let waits = none
    const spend = (account: keyof Waits, seconds: number): void => {
      for (let n = 0; n < seconds * 10; n++) {
        now += 100
        waits = { ...waits, [account]: waits[account] + 90 }
        meter.update(waits, now)
      }
    }
    let now = 0
    meter.update(waits, now)
    spend('network', 3)
    spend('disk', 1)
    spend('network', 2)
    expect(meter.history()).toEqual([
      { cause: 'network', seconds: 3 },
      { cause: 'disk', seconds: 1 },
      { cause: 'network', seconds: 2 },
    ])
    for (let n = 0; n < 300; n++) spend(n % 2 === 0 ? 'disk' : 'network', 1)
    expect(meter.history()).toHaveLength(200)
  })
})
