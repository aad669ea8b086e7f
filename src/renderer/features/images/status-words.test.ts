import { describe, expect, it } from 'vitest'
import { statusLook } from './status-words.ts'

describe('statusLook', () => {
  it('says Glance’s own word, with a capital', () => {
    expect(statusLook({ status: 'pending_delete', properties: {} })).toMatchObject({ word: 'Pending delete', shape: 'bin' })
  })
  it('names the store of an import', () => {
    expect(statusLook({ status: 'importing', properties: { os_glance_importing_to_stores: 'ceph-b,fast' } }).aside).toBe('to ceph-b')
  })
  it('shows a status that it does not know by its own name', () => {
    expect(statusLook({ status: 'levitating', properties: {} })).toMatchObject({ word: 'Levitating', shape: 'question', aside: null })
  })
})
