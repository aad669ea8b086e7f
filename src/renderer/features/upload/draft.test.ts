import { describe, expect, it } from 'vitest'
import type { Finding, LocalFile } from '../../../shared/domain.ts'
import { containerFormatChoices, diskFormatChoices, storeChoices } from './choices.ts'
import { type DraftItem, emptyDraft, findingsOf, isEdited, isRefused, nameProblem, tagProblem } from './draft.ts'

const finding = (code: string, severity: Finding['severity']): Finding => ({ code, severity, title: code, detail: '' })
const file: LocalFile = {
  fileId: 'f1',
  fileName: 'a.qcow2',
  size: 1,
  formatLabel: 'qcow2 v3',
  virtualSize: null,
  decompressedSize: null,
  proposed: { name: 'a', diskFormat: 'qcow2', containerFormat: 'bare' },
  findings: [finding('note', 'note')],
}
const item = (change: Partial<DraftItem> = {}): DraftItem => ({
  file,
  name: 'a',
  diskFormat: 'qcow2',
  containerFormat: 'bare',
  visibility: null,
  store: null,
  checked: null,
  kept: new Set(),
  ...change,
})

describe('findings', () => {
  it('those of the look, until the core answered for the formats chosen', () => {
    expect(findingsOf(item()).map((each) => each.code)).toEqual(['note'])
    expect(findingsOf(item({ checked: [] }))).toEqual([])
  })
  it('the gravest first, nothing that was put aside', () => {
    const checked = [finding('note', 'note'), finding('format', 'warn'), finding('bad', 'refuse')]
    expect(findingsOf(item({ checked })).map((each) => each.code)).toEqual(['bad', 'format', 'note'])
    expect(findingsOf(item({ checked, kept: new Set(['format']) })).map((each) => each.code)).toEqual(['bad', 'note'])
  })
  it('a refusal cannot be put aside', () => {
    expect(isRefused(item({ checked: [finding('bad', 'refuse')], kept: new Set(['bad']) }))).toBe(true)
    expect(isRefused(item())).toBe(false)
  })
})

describe('isEdited', () => {
  it('is false for the sheet as it opens, true once anything was set', () => {
    const draft = { ...emptyDraft, items: [item()] }
    expect(isEdited(draft)).toBe(false)
    expect(isEdited({ ...draft, items: [item({ name: 'b' })] })).toBe(true)
    expect(isEdited({ ...draft, items: [item({ visibility: 'public' })] })).toBe(true)
    expect(isEdited({ ...draft, tags: ['golden'] })).toBe(true)
  })
})

describe('names and tags', () => {
  it('a name has 1 to 255 characters, counted as people do', () => {
    expect(nameProblem('  ')).toBe('An image needs a name.')
    expect(nameProblem('ü'.repeat(255))).toBeNull()
    expect(nameProblem('ubuntu 💾')).toContain('no emoji')
    expect(nameProblem('a'.repeat(300))).toContain('300')
  })
  it('a tag holds no comma', () => {
    expect(tagProblem('golden')).toBeNull()
    expect(tagProblem('a,b')).not.toBeNull()
    expect(tagProblem('🚀')).not.toBeNull()
  })
})

describe('choices', () => {
  const capabilities = {
    diskFormats: ['raw', 'qcow2'],
    containerFormats: null,
    stores: [
      { id: 'fast', description: null, isDefault: true, readOnly: false },
      { id: 'slow', description: null, isDefault: false, readOnly: false },
      { id: 'http', description: null, isDefault: false, readOnly: true },
    ],
    importMethods: [],
    versions: [],
    version: null,
  }
  it('what the bytes say comes first; what the cloud does not take is named and cannot be chosen', () => {
    const choices = diskFormatChoices(capabilities, file)
    expect(choices[0]).toMatchObject({ value: 'qcow2', aside: 'detected', disabled: false })
    expect(choices.find((choice) => choice.value === 'vmdk')).toMatchObject({ aside: 'not here', disabled: true })
  })
  it('without an answer of the cloud all known formats are offered', () => {
    expect(containerFormatChoices(null, file).every((choice) => choice.disabled !== true)).toBe(true)
  })
  it('the default store is the cloud’s own choice, and read-only stores are no target', () => {
    expect(storeChoices(capabilities).map((choice) => choice.value)).toEqual(['', 'slow'])
    expect(storeChoices(null)).toEqual([{ value: '', label: 'the cloud’s default' }])
  })
})
