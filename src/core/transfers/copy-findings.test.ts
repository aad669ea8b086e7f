import { expect, test } from 'vitest'
import { copyFields } from './copy-fields.ts'
import { copyFindings, quotaFindings, type Target } from './copy-findings.ts'
import { image } from './testing/fakes.ts'

const capabilities = {
  diskFormats: ['raw', 'qcow2'],
  containerFormats: ['bare'],
  stores: [],
  importMethods: [],
  version: null,
  versions: [],
}
const lab: Target = { name: 'lab', capabilities, taken: new Set(['debian']) }
const codes = (fields: Parameters<typeof image>[0], target = lab): string[] => {
  const one = image(fields)
  return copyFindings(one, copyFields(one).fields, target).map(({ severity, code }) => `${severity} ${code}`)
}

test('nothing is said of what nothing speaks against', () => {
  expect(codes({ name: 'other' })).toEqual([])
})

test('what the other cloud does not take is refused, where it said what it takes', () => {
  expect(codes({ diskFormat: 'vmdk' })).toEqual(['refuse format'])
  expect(codes({ containerFormat: 'ova', name: 'debian' })).toEqual(['refuse format', 'warn name-taken'])
  expect(codes({ diskFormat: 'vmdk' }, { ...lab, capabilities: null })).toEqual([])
  expect(codes({ diskFormat: null })).toEqual(['refuse no-format'])
})

test.each([{ status: 'queued', size: null }, { status: 'deactivated' }, { size: 0 }, { status: 'saving' }])(
  '%j has nothing to copy',
  (fields) => {
    expect(codes(fields)[0]).toMatch(/^refuse (no-data|deactivated)$/)
  },
)

test('the quota is known before the copy fails on it', () => {
  const usage = [
    { name: 'image_size_total', limit: 1000, usage: 900 },
    { name: 'image_count_total', limit: 10, usage: 9 },
    { name: 'image_count_uploading', limit: 2, usage: 0 },
  ]
  expect(quotaFindings(usage, 1, 100 * 1024 * 1024, 'lab')).toEqual([])
  expect(quotaFindings(usage, 2, 101 * 1024 * 1024, 'lab').map(({ title }) => title.replaceAll('\u00a0', ' '))).toEqual([
    'lab has room for 104.9 MB, and these are 105.9 MB',
    'lab takes 1 more image, and these are 2',
  ])
  expect(quotaFindings([{ name: 'image_size_total', limit: -1, usage: 5 }], 1, 1e12, 'lab')).toEqual([])
})
