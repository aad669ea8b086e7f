import { describe, expect, it } from 'vitest'
import { digestDiff } from './digest-diff.ts'

describe('digestDiff', () => {
  it('marks the groups that differ, neighbours as one piece', () => {
    expect(digestDiff('c41d7e021e90b7d544af6c08aaaaaaaa', 'c41d7e029b5f83a6e07c2d14aaaaaaaa')).toEqual([
      { text: 'c41d7e02', differs: false },
      { text: '1e90b7d5 44af6c08', differs: true },
      { text: 'aaaaaaaa', differs: false },
    ])
  })
  it('finds nothing in equal digests, whatever their case', () => {
    expect(digestDiff('ABCDEF0123456789', 'abcdef0123456789')).toEqual([{ text: 'ABCDEF01 23456789', differs: false }])
  })
  it('a missing end differs', () => {
    expect(digestDiff('aaaaaaaabbbbbbbb', 'aaaaaaaa').at(-1)).toEqual({ text: 'bbbbbbbb', differs: true })
  })
})
