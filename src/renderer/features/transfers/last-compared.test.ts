import { expect, it } from 'vitest'
import type { Verification } from '../../../shared/domain.ts'
import { sampleTransfer } from '../../testing/samples.ts'
import { allLastCompared, lastCompared } from './last-compared.ts'

const verified: Verification = { kind: 'verified', algorithms: ['MD5'] }
const transfers = [
  sampleTransfer({ id: 'late', state: 'done', verification: verified, endedAt: 9 }),
  sampleTransfer({ id: 'early', state: 'done', verification: verified, endedAt: 3 }),
  sampleTransfer({ id: 'running', state: 'transferring', endedAt: null }),
  sampleTransfer({ id: 'elsewhere', cloudId: 'lab', state: 'done', verification: verified, endedAt: 20 }),
]

it('is the newest that compared something, in this cloud', () => {
  expect(lastCompared(transfers, 'prod', 'i1')?.id).toBe('late')
  expect(lastCompared(transfers, 'prod', 'other')).toBeUndefined()
  expect([...allLastCompared(transfers, 'prod')].map(([imageId, transfer]) => [imageId, transfer.id])).toEqual([['i1', 'late']])
})
