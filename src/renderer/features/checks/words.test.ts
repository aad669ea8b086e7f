import { expect, test } from 'vitest'
import type { Check } from '../../../shared/check-protocol.ts'
import { checkText } from './check-text.ts'
import { checkLook, isOpen } from './words.ts'

const check = (change: Partial<Check>): Check => ({
  id: 'c1',
  cloudId: 'prod',
  cloudName: 'prod',
  imageId: 'i1',
  imageName: 'debian',
  fileName: 'debian.qcow2',
  transferId: null,
  state: 'reading',
  bytesDone: 0,
  bytesTotal: null,
  verification: null,
  sizes: null,
  digests: [],
  error: null,
  createdAt: 0,
  endedAt: null,
  ...change,
})
const done = (verification: Check['verification']): Check => check({ state: 'done', endedAt: 1, verification })

test('a check says what it does, and what came of what it compared', () => {
  expect(checkLook(check({})).says).toBe('the cloud is asked what it has')
  expect(checkLook(check({ bytesTotal: 5 })).says).toBe('the file is read and hashed')
  expect(checkLook(done({ kind: 'verified', algorithms: ['MD5', 'SHA-512'] }))).toMatchObject({
    word: 'Equal',
    says: 'MD5 + SHA-512 of the file and of the image',
  })
  expect(checkLook(done({ kind: 'mismatch', algorithms: ['size'], what: 'The size differs' }))).toMatchObject({
    word: 'Mismatch',
    tone: 'danger',
  })
  // Nothing that was not compared looks like success.
  for (const other of [
    done({ kind: 'not-verifiable', reason: 'no hash' }),
    done(null),
    check({ state: 'stopped' }),
    check({ state: 'failed' }),
  ])
    expect(checkLook(other).tone).not.toBe('ok')
  expect([check({}), done(null)].map(isOpen)).toEqual([true, false])
})

test('the result as text has both sides', () => {
  const digests = [{ algorithm: 'MD5', local: 'aa', remote: 'bb' }]
  const result: unknown = JSON.parse(
    checkText({ ...done({ kind: 'mismatch', algorithms: ['MD5'], what: 'MD5 differs' }), digests, sizes: { local: 5, remote: 6 } }),
  )
  expect(result).toMatchObject({
    outcome: 'mismatch',
    digests,
    file: { bytes: 5 },
    image: { id: 'i1', bytes: 6 },
    endedAt: '1970-01-01T00:00:00.001Z',
  })
})
