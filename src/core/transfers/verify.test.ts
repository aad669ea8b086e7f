import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, digestLabel } from './verify.ts'

const local = { md5: 'aa', sha512: 'bb' }
const remote = { checksum: 'aa', hashAlgorithm: 'sha512', hashValue: 'bb', size: 10 }

test('both digests and the size agree: verified, and it says by what', () => {
  expect(compare(local, 10, remote).verification).toEqual({ kind: 'verified', algorithms: ['MD5', 'SHA-512'] })
})

test('hex is compared without regard to case', () => {
  expect(compare({ md5: 'AB' }, 1, { checksum: 'ab', hashAlgorithm: null, hashValue: null, size: 1 }).verification).toEqual({
    kind: 'verified',
    algorithms: ['MD5'],
  })
})

test('one differing digest is a mismatch although the other agrees, and both values are kept', () => {
  const result = compare(local, 10, { ...remote, hashValue: 'cc' })
  expect(result.verification).toMatchObject({ kind: 'mismatch', algorithms: ['SHA-512'], what: "SHA-512 differs from the cloud's" })
  expect(result.digests).toContainEqual({ algorithm: 'SHA-512', local: 'bb', remote: 'cc' })
})

test('equal digests of another size are a mismatch', () => {
  expect(compare(local, 11, remote).verification).toMatchObject({ kind: 'mismatch', algorithms: ['size'] })
})

test("a cloud's own digest that was not computed here is left out, and only MD5 is claimed", () => {
  const result = compare(local, 10, { ...remote, hashAlgorithm: 'sha3_256', hashValue: 'dd' })
  expect(result.verification).toEqual({ kind: 'verified', algorithms: ['MD5'] })
  expect(result.digests).toContainEqual({ algorithm: 'SHA3-256', local: null, remote: 'dd' })
})

test('no hash published: not verifiable, never verified', () => {
  expect(compare(local, 10, { checksum: null, hashAlgorithm: null, hashValue: null, size: 10 }).verification).toEqual({
    kind: 'not-verifiable',
    reason: 'the cloud published no hash',
  })
})

test('an answer whose Content-MD5 contradicts the record is a mismatch', () => {
  expect(compare(local, 10, { ...remote, contentMd5: 'ff' }).verification).toMatchObject({ kind: 'mismatch', algorithms: ['MD5'] })
})

test('verified is never said of anything that differs', () => {
  const hex = fc.constantFrom('aa', 'bb', 'cc')
  const maybe = fc.option(hex)
  fc.assert(
    fc.property(
      hex,
      hex,
      maybe,
      maybe,
      maybe,
      fc.nat(2),
      fc.option(fc.nat(2)),
      (md5, sha512, checksum, hashValue, contentMd5, bytes, size) => {
        const { verification } = compare({ md5, sha512 }, bytes, {
          checksum,
          hashAlgorithm: hashValue === null ? null : 'sha512',
          hashValue,
          size,
          contentMd5,
        })
        const wrong =
          (checksum !== null && checksum !== md5) ||
          (hashValue !== null && hashValue !== sha512) ||
          (size !== null && size !== bytes) ||
          (contentMd5 !== null && contentMd5 !== md5)
        expect(verification.kind === 'mismatch').toBe(wrong)
        if (verification.kind === 'verified') expect(checksum ?? hashValue ?? contentMd5).not.toBeNull()
      },
    ),
  )
})

test('names of digests as people write them', () => {
  expect(['md5', 'sha512', 'SHA256', 'sha3_256', 'blake2b'].map(digestLabel)).toEqual(['MD5', 'SHA-512', 'SHA-256', 'SHA3-256', 'BLAKE2B'])
})
