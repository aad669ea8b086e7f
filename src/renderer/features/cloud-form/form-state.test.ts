import { beforeEach, describe, expect, it } from 'vitest'
import type { TestReport } from '../../../shared/cloud-protocol.ts'
import { type CloudForm, changeForm, givenSecret, leaveField, newForm, noteFor, setField, setSecret, useCloudForm } from './form-state.ts'

const form = (): CloudForm => {
  const { form: open } = useCloudForm.getState()
  if (open === null) throw new Error('closed')
  return open
}
const report = (ok: boolean): TestReport => ({ ok, steps: [], error: null, field: null, certificate: null, regions: ['r1'], projects: [] })

beforeEach(() => useCloudForm.setState({ form: newForm({}, { keeps: ['file', 'memory'], keyRing: null }) }))

describe('the form of a cloud', () => {
  it('proposes the first way to keep a secret', () => {
    expect(form().keep).toBe('file')
  })

  it('says what is wrong once a field was left, but not that it is still empty', () => {
    leaveField('authUrl', '')
    expect(noteFor(form(), 'authUrl')).toBeNull()
    setField('authUrl', 'id.example')
    leaveField('authUrl', 'id.example')
    expect(noteFor(form(), 'authUrl')).toMatch(/^Not an address/)
    setField('authUrl', 'https://id.example')
    expect(noteFor(form(), 'authUrl')).toBeNull()
  })

  it('keeps what the cloud said beside its field until that changes', () => {
    const error = { code: 'no-endpoint', message: 'No.' } as const
    changeForm(() => ({ refused: { field: 'region', error }, report: report(false) }))
    setField('name', 'x')
    expect(noteFor(form(), 'region')).toBe(error)
    setField('region', 'r1')
    expect(noteFor(form(), 'region')).toBeNull()
    expect(form().report?.regions).toEqual(['r1'])
  })

  it('no longer says that it works when something changed', () => {
    changeForm(() => ({ report: report(true) }))
    setField('region', 'r2')
    expect(form().report).toBeNull()
  })

  it('drops a secret when another kind of it is wanted', () => {
    setSecret({ kind: 'found', id: 'x' })
    setField('region', 'r1')
    expect(form().secret.kind).toBe('found')
    setField('method', 'application-credential')
    expect(form().secret).toEqual({ kind: 'none' })
  })

  it('gives an empty secret as none', () => {
    expect(givenSecret({ kind: 'typed', secret: '' })).toEqual({ kind: 'none' })
    expect(givenSecret({ kind: 'typed', secret: ' ' })).toEqual({ kind: 'typed', secret: ' ' })
  })
})
