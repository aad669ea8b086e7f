import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../clouds/http.ts'
import type { ImportOrder } from '../transfers/attempt.ts'
import { ImageClient } from './client.ts'
import { startImport } from './start-import.ts'

const NEVER = new AbortController().signal

/** What is sent for an order, and what comes of the cloud's answer. */
async function order(
  method: ImportOrder['method'],
  more: Partial<ImportOrder> = {},
  answer = { status: 202, message: '' },
): Promise<unknown> {
  const sent: HttpRequest[] = []
  const client = new ImageClient(async (_path, request) => {
    sent.push(request)
    return { status: answer.status, headers: {}, body: JSON.stringify({ message: answer.message }) }
  })
  await startImport(client, 'i', { method, stores: [], allStores: false, mustAllSucceed: true, ...more }, NEVER)
  const body: unknown = JSON.parse(String(sent[0]?.body))
  return body
}
const web = { name: 'web-download', uri: 'https://e.org/x' } as const

describe('what is asked of the cloud', () => {
  test('the default store needs no words that a Glance with one store would not know', async () => {
    expect(await order({ name: 'glance-direct' })).toEqual({ method: { name: 'glance-direct' } })
    expect(await order(web)).toEqual({ method: web })
  })
  test('stores by name, or all of them, and whether one may fail', async () => {
    expect(await order(web, { stores: ['a', 'b'], mustAllSucceed: false })).toEqual({
      method: web,
      stores: ['a', 'b'],
      all_stores_must_succeed: false,
    })
    expect(await order({ name: 'copy-image' }, { allStores: true })).toEqual({
      method: { name: 'copy-image' },
      all_stores: true,
      all_stores_must_succeed: true,
    })
  })
  test('from another region, in the names of the API', async () => {
    const method = { name: 'glance-download', glance_region: 'Two', glance_image_id: 'b4b1f8c6-1c3d-4a55-9d39-0a3f6a0a7a11' } as const
    expect(await order(method)).toEqual({ method })
  })
})

describe('what the cloud refuses, in words', () => {
  test.each([
    [web, 400, 'URI for web-download does not pass filtering: https://e.org/x', 'forbidden', /does not fetch from that address/],
    [web, 400, "Unknown import method name 'web-download'.", 'bad-request', /refuses this import/],
    [web, 409, 'Image has active task', 'image-busy', /under way/],
    [web, 409, 'Store for identifier nowhere not found', 'bad-request', /no such store/],
    [web, 409, 'Image with status active cannot be target for import', 'conflict', /present state/],
    [web, 403, 'no', 'forbidden', /import into this image/],
    [web, 413, 'Resource image_size_total is over limit', 'quota', /quota/],
    [web, 413, 'Resource image_count_uploading is over limit of 1', 'too-many-requests', /pause/],
    [{ name: 'copy-image' }, 403, 'no', 'forbidden', /copy images between stores/],
    [{ name: 'copy-image' }, 400, "Image is already present at store 'slow'", 'conflict', /already in one of these stores/],
  ] as const)('%o: %i %s', async (method, status, message, code, words) => {
    await expect(order(method, {}, { status, message })).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
  })
})
