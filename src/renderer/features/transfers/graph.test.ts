import { describe, expect, it } from 'vitest'
import { axisTop, linePath, stepPath } from './graph.ts'

describe('axisTop', () => {
  it.each([
    [0, 1_500_000],
    [118_000_000, 150_000_000],
    [151_000_000, 300_000_000],
    [950_000_000, 1_500_000_000],
  ])('over %d it is %d', (largest, top) => expect(axisTop(largest)).toBe(top))
})

it('a line goes from edge to edge, with zero at the bottom', () => {
  expect(linePath([0, 50, 100], 100, 200, 80)).toBe('M0.0 80.0L100.0 40.0L200.0 0.0')
})

it('steps fill the width, and nothing leaves the box', () => {
  expect(stepPath([100, 400], 200, 300, 70)).toBe('M0 35.0H150.0V0.0H300.0')
})
