import { describe, expect, test } from 'vitest'
import { isPassing, standstill } from './stuck.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')
const MINUTE = 60_000
const image = (status: string, minutesAgo: number, properties: Record<string, string> = {}) => ({
  status,
  updatedAt: new Date(NOW - minutesAgo * MINUTE).toISOString(),
  properties,
})

describe('an image that stands still', () => {
  test.each([
    ['saving', 2, ['wait'], false],
    ['saving', 16, ['wait', 'delete-and-begin-again'], true],
    ['uploading', 2, ['wait'], false],
    ['uploading', 20, ['delete-and-begin-again'], true],
    ['importing', 30, ['wait'], false],
    ['importing', 61, ['wait', 'delete-and-begin-again', 'ask-operator'], true],
    ['killed', 0, ['delete-and-begin-again'], true],
    ['deactivated', 0, ['reactivate'], true],
    ['pending_delete', 0, ['ask-operator'], false],
    ['deleted', 0, ['delete-and-begin-again'], false],
    ['never-heard-of', 0, ['wait'], false],
  ] as const)('%s for %i minutes: %j', (status, minutes, remedies, needsSomebody) => {
    const found = standstill(image(status, minutes), NOW, false)
    expect(found).toMatchObject({ remedies, needsSomebody })
    expect(found?.sentence).toMatch(/^[A-Z].*\.$/)
  })

  test.each(['saving', 'uploading'])('%s is nothing to speak of while we send its data', (status) => {
    expect(standstill(image(status, 600), NOW, true)).toBeNull()
  })

  test('an import that failed is told from one that runs', () => {
    const failed = { os_glance_failed_import: 'fast', os_glance_importing_to_stores: '' }
    expect(standstill(image('importing', 1, failed), NOW, false)).toMatchObject({ remedies: ['delete-and-begin-again'] })
    expect(standstill(image('importing', 1, { ...failed, os_glance_import_task: 't' }), NOW, false)).toMatchObject({ remedies: ['wait'] })
    expect(standstill(image('queued', 1, failed), NOW, false)).toMatchObject({ remedies: ['retry'], needsSomebody: false })
    const left = { os_glance_failed_import: '', os_glance_importing_to_stores: 'fast' }
    expect(standstill(image('queued', 1, left), NOW, false)).toMatchObject({ remedies: ['wait', 'retry'] })
  })
  test('what passes is looked at often, what stays for good is not', () => {
    expect(isPassing(image('importing', 1, { os_glance_import_task: 't' }), NOW)).toBe(true)
    expect(isPassing(image('importing', 1, { os_glance_failed_import: 'fast' }), NOW)).toBe(false)
    expect(isPassing(image('saving', 2), NOW)).toBe(true)
    expect(isPassing(image('saving', 20), NOW)).toBe(false)
    expect(isPassing(image('pending_delete', 90), NOW)).toBe(false)
    expect(isPassing(image('active', 1), NOW)).toBe(false)
  })
  test('queued and active are fine', () => {
    expect(standstill(image('queued', 9999), NOW, false)).toBeNull()
    expect(standstill(image('active', 9999), NOW, false)).toBeNull()
    // Glance leaves both properties behind, empty, after every import (observed).
    expect(standstill(image('active', 9999, { os_glance_failed_import: '', os_glance_importing_to_stores: '' }), NOW, false)).toBeNull()
  })

  test('an import lock, young and old', () => {
    const lock = { os_glance_import_task: 'a-task' }
    expect(standstill(image('queued', 5, lock), NOW, false)).toMatchObject({ remedies: ['wait'] })
    expect(standstill(image('queued', 61, lock), NOW, false)).toMatchObject({ remedies: ['retry', 'delete-and-begin-again'] })
    const copying = { ...lock, os_glance_importing_to_stores: 'ceph,cheap' }
    expect(standstill(image('active', 5, copying), NOW, false)).toMatchObject({
      sentence: 'It is usable. The cloud copies it to ceph, cheap.',
      needsSomebody: false,
    })
    expect(standstill(image('active', 61, copying), NOW, false)).toMatchObject({ needsSomebody: true })
  })

  test('a copy that failed names its store', () => {
    expect(standstill(image('active', 5, { os_glance_failed_import: 'cheap' }), NOW, false)?.sentence).toContain('cheap failed')
  })
})
