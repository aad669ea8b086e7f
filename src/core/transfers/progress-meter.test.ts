import { expect, test } from 'vitest'
import { createProgressMeter } from './progress-meter.ts'

/** A meter on a clock that the test moves; `run` reports steady movement in steps of 100 ms. */
function meterOnAClock() {
  let time = 0
  const meter = createProgressMeter(() => time)
  const run = (from: number, bytesPerSecond: number, seconds: number): number => {
    let bytes = from
    for (let step = 0; step < seconds * 10; step++) {
      time += 100
      bytes += bytesPerSecond / 10
      meter.update(bytes)
    }
    return bytes
  }
  return { meter, run, wait: (ms: number) => (time += ms) }
}

test('a steady flow is shown as it is, with the time left', () => {
  const { meter, run } = meterOnAClock()
  meter.update(0)
  const bytes = run(0, 1_000_000, 10)
  expect(meter.bytesPerSecond()).toBeCloseTo(1_000_000, -2)
  expect(meter.secondsLeft(bytes + 5_000_000)).toBeCloseTo(5, 1)
})

test('nothing is claimed in the first second, nor time left in the first one and a half', () => {
  const { meter, run } = meterOnAClock()
  meter.update(0)
  run(0, 1000, 0.9)
  expect(meter.bytesPerSecond()).toBeNull()
  run(900, 1000, 0.2)
  expect(meter.bytesPerSecond()).not.toBeNull()
  expect(meter.secondsLeft(1e6)).toBeNull()
})

test('the bytes that a resumed download begins with are no speed', () => {
  const { meter, run } = meterOnAClock()
  meter.update(5_000_000_000)
  run(5_000_000_000, 1_000, 5)
  expect(meter.bytesPerSecond()).toBeLessThan(1_100)
})

test('an attempt that begins again from 0 does not make a negative speed', () => {
  const { meter, run } = meterOnAClock()
  meter.update(0)
  run(0, 1000, 3)
  meter.update(0)
  run(0, 1000, 3)
  expect(meter.bytesPerSecond()).toBeGreaterThan(900)
})

test('the sum of the seconds is what was moved, and only the last 600 are kept', () => {
  const { meter, run } = meterOnAClock()
  meter.update(0)
  run(0, 1000, 5)
  expect(meter.perSecond().reduce((sum, bytes) => sum + bytes, 0)).toBeCloseTo(5000, 5)
  run(5000, 1000, 700)
  expect(meter.perSecond()).toHaveLength(600)
})

test('a flow that stops is seen to stop', () => {
  const { meter, run } = meterOnAClock()
  meter.update(0)
  const bytes = run(0, 1_000_000, 5)
  run(bytes, 0, 20)
  expect(meter.bytesPerSecond()).toBeLessThan(2000)
})

test('the first burst into the buffers is no speed', () => {
  const { meter, run, wait } = meterOnAClock()
  meter.update(0)
  wait(20)
  meter.update(8_000_000)
  run(8_000_000, 1_000_000, 2)
  expect(meter.bytesPerSecond()).toBeLessThan(1_300_000)
})
