import { describe, expect, test } from 'vitest'
import { compareCopy, compareRecords } from './verify-copy.ts'

const names = { source: 'rbg', target: 'lab' }
const remote = (
  checksum: string | null,
  hashAlgorithm: string | null = null,
  hashValue: string | null = null,
  size: number | null = 7,
) => ({
  checksum,
  hashAlgorithm,
  hashValue,
  size,
})
const local = { md5: 'm', sha512: 's5', sha256: 's2' }

describe('a copy', () => {
  test('is verified on both sides, also where they hash differently', () => {
    const { verification, digests } = compareCopy(local, 7, remote('m', 'sha512', 's5'), remote('M', 'sha256', 's2'), names)
    expect(verification).toEqual({ kind: 'verified', algorithms: ['MD5', 'SHA-256'], source: ['MD5', 'SHA-512'] })
    expect(digests).toEqual([
      { algorithm: 'MD5', local: 'm', remote: 'M', source: 'm' },
      { algorithm: 'SHA-256', local: 's2', remote: 's2', source: null },
      { algorithm: 'SHA-512', local: 's5', remote: null, source: 's5' },
    ])
  })

  test('of which the source published nothing is verified at the target alone, and says so', () => {
    expect(compareCopy(local, 7, remote(null), remote('m', 'sha512', 's5'), names).verification).toEqual({
      kind: 'verified',
      algorithms: ['MD5', 'SHA-512'],
      source: [],
    })
  })

  test('of which the target published nothing is not verified, whatever the source says', () => {
    expect(compareCopy(local, 7, remote('m', 'sha512', 's5'), remote(null), names).verification).toEqual({
      kind: 'not-verifiable',
      reason: 'lab published no hash',
    })
  })

  test.each([
    ['source', remote('x', 'sha512', 's5'), remote('m'), 'MD5 differs from what rbg says'],
    ['target', remote('m'), remote('m', 'sha256', 'x'), 'SHA-256 differs from what lab says'],
    ['target', remote('m'), remote('m', null, null, 8), 'The size differs from what lab says'],
  ])('that differs at the %s names it', (side, source, target, what) => {
    expect(compareCopy(local, 7, source, target, names).verification).toMatchObject({ kind: 'mismatch', side, what })
  })
})

describe('two records alone', () => {
  test('agree where they have a digest in common', () => {
    expect(compareRecords(remote('m', 'sha512', 's'), remote('m', 'sha256', 't'), names)).toMatchObject({
      verification: { kind: 'verified', algorithms: ['MD5'] },
      digests: [{ algorithm: 'MD5', local: null, remote: 'm', source: 'm' }, {}, {}],
    })
    expect(compareRecords(remote(null, 'sha512', 's'), remote(null, 'SHA512', 's'), names).verification.kind).toBe('verified')
  })

  test('say nothing where they have none, and a mismatch where they differ', () => {
    expect(compareRecords(remote('m'), remote(null, 'sha512', 's'), names).verification.kind).toBe('not-verifiable')
    expect(compareRecords(remote('m'), remote('n'), names).verification.kind).toBe('mismatch')
    expect(compareRecords(remote('m'), remote('m', null, null, 8), names).verification.kind).toBe('mismatch')
  })
})
