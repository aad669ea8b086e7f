import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Machine, watchMachine } from './machine-watch.ts'

type Interfaces = ReturnType<Machine['interfaces']>
const own = { address: '127.0.0.1', netmask: '', family: 'IPv4', mac: '', internal: true, cidr: null } as const
const lan = { ...own, address: '192.0.2.7', internal: false } as const
const linkLocal = { ...own, address: 'fe80::1', internal: false } as const

let heard: string[]
let interfaces: Interfaces
let end: () => void
const app = {
  setPower: (event: string) => void heard.push(event),
  setOnline: (online: boolean) => void heard.push(online ? 'online' : 'offline'),
}

beforeEach(() => {
  vi.useFakeTimers()
  heard = []
  interfaces = { lo: [own], eth0: [lan] }
  end = watchMachine(app, { now: Date.now, interfaces: () => interfaces })
})
afterEach(() => {
  end()
  vi.useRealTimers()
})

test('nothing happens: nothing is said', () => {
  vi.advanceTimersByTime(120_000)
  expect(heard).toEqual([])
})

test('the network goes and comes; an address that reaches no further than the cable is none', () => {
  interfaces = { lo: [own], eth0: [linkLocal] }
  vi.advanceTimersByTime(20_000)
  interfaces = { lo: [own], eth0: [linkLocal, lan] }
  vi.advanceTimersByTime(20_000)
  expect(heard).toEqual(['offline', 'online'])
})

test('a sleep is noticed by the clock, a small correction of the clock is not', () => {
  vi.setSystemTime(Date.now() + 20_000)
  vi.advanceTimersByTime(5_000)
  expect(heard).toEqual([])
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(5_000)
  expect(heard).toEqual(['resume'])
})

test('it ends', () => {
  end()
  interfaces = {}
  vi.advanceTimersByTime(60_000)
  expect(heard).toEqual([])
})
