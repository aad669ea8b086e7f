import { describe, expect, it } from 'vitest'
import type { Usage } from '../../../shared/image-protocol.ts'
import { allUsed, bytesLeft, quotaFindings, usedWords } from './usage-words.ts'

const plain = (text: string | null): string => (text ?? '').replaceAll('\u00a0', ' ')
const usage = (name: string, limit: number, used: number): Usage => ({ name, limit, usage: used })
const MIB = 1024 * 1024
const texts = (...args: Parameters<typeof quotaFindings>) => quotaFindings(...args).map(({ text }) => plain(text))

describe('the quota', () => {
  it('sizes are MiB, shown in the decimal units of everything else', () => {
    const told = [usage('image_size_total', 1000, 250)]
    expect(bytesLeft(told)).toBe(750 * MIB)
    expect(plain(usedWords(told))).toBe('262.1 MB of 1.05 GB used')
  })
  it('says nothing where the cloud publishes nothing, and nothing of what has no limit', () => {
    expect(usedWords([])).toBeNull()
    expect(bytesLeft([usage('image_size_total', -1, 5)])).toBeNull()
    expect(quotaFindings([], 5, 1e12)).toEqual([])
    expect(plain(usedWords([usage('image_count_total', 10, 3)]))).toBe('3 of 10 images used')
  })
  it('what goes beyond is found before it is sent', () => {
    const told = [usage('image_size_total', 1000, 990), usage('image_count_total', 10, 8), usage('image_count_uploading', 2, 0)]
    expect(texts(told, 3, 50 * MIB)).toEqual([
      'The quota leaves 2 of 10 images; these are 3.',
      'More than the 10.5 MB that the quota leaves.',
      'The cloud takes 2 at once; the others wait their turn.',
    ])
    expect(texts(told, 2, 10 * MIB)).toEqual([])
    expect(texts([usage('image_size_total', 10, 12)], 1, null)).toEqual(['The quota for the data of images is used up.'])
  })
  it('all limits in words, also those that nobody has heard of', () => {
    const all = allUsed([usage('image_stage_total', 100, 0), usage('image_count_total', -1, 4), usage('image_new_limit', 5, 1)])
    expect(all.map(plain)).toEqual(['Data being staged: 0 B of 104.9 MB', 'Images: 4 of any number', 'image_new_limit: 1 of 5'])
  })
})
