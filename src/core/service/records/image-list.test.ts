import { describe, expect, it } from 'vitest'
import { caller } from '../identity.ts'
import { listImages } from './image-list.ts'
import type { ImageRecord } from './image-record.ts'
import { newImage } from './new-image.ts'

const who = caller('user', 'project', ['member'])
// Later images get smaller ids, so that an order by id would be the wrong one.
const id = (n: number) => `00000000-0000-4000-8000-${String(900 - n).padStart(12, '0')}`

function image(n: number, fields: Partial<ImageRecord> = {}): ImageRecord {
  return { ...newImage(who, { id: id(n), name: `n${n}` }, () => id(n)), sequence: n, createdAt: 1_795_000_000_000, ...fields }
}

function names(images: readonly ImageRecord[], query: string): string[] {
  const known = new Map(images.map((one) => [one.id, one]))
  const page = listImages(who, images, new URLSearchParams(query), known)
  return Object(page).images.map((one: { name: string }) => one.name)
}

describe('images of one millisecond', () => {
  const images = [2, 0, 3, 1].map((n) => image(n))

  it('are listed in the order in which they were made', () => {
    expect(names(images, '')).toEqual(['n3', 'n2', 'n1', 'n0'])
    expect(names(images, 'sort=created_at:asc')).toEqual(['n0', 'n1', 'n2', 'n3'])
    expect(names(images, 'sort=status:asc')).toEqual(['n0', 'n1', 'n2', 'n3'])
  })

  it('are paged without a gap and without a repeat', () => {
    expect(names(images, `limit=2`)).toEqual(['n3', 'n2'])
    expect(names(images, `limit=2&marker=${id(2)}`)).toEqual(['n1', 'n0'])
    expect(names(images, `limit=2&marker=${id(0)}`)).toEqual([])
  })
})
