import { expect, test } from 'vitest'
import type { HttpAnswer } from '../clouds/http.ts'
import { readCapabilities } from './capabilities.ts'
import { ImageClient } from './client.ts'

type Answer = Partial<HttpAnswer> & { json?: unknown }

/** A client whose cloud answers by path, and with 404 elsewhere. */
function clientOf(answers: Record<string, Answer>): ImageClient {
  return new ImageClient(async (path) => {
    const { json, ...rest } = answers[path] ?? { status: 404 }
    return { status: 200, headers: {}, body: json === undefined ? '' : JSON.stringify(json), ...rest }
  })
}

const stores = {
  json: {
    stores: [
      { id: 'fast', default: 'true' },
      { id: 'web', 'read-only': 'true' },
    ],
  },
}
const versions = {
  status: 300,
  json: { versions: [{ id: 'v2.16', status: 'CURRENT' }, { id: 'v2.15', status: 'SUPPORTED' }, { id: 'v2.0' }] },
}

test('what a cloud can do is asked in parts, and a part that is missing leaves the others', async () => {
  expect(await readCapabilities(clientOf({ '/v2/info/stores': stores, '/versions': versions }), null)).toEqual({
    diskFormats: null,
    containerFormats: null,
    importMethods: [],
    version: 'v2.16',
    versions: ['v2.16', 'v2.15', 'v2.0'],
    stores: [
      { id: 'fast', description: null, isDefault: true, readOnly: false },
      { id: 'web', description: null, isDefault: false, readOnly: true },
    ],
  })
})

test('the list of versions is at the root where it is nowhere else', async () => {
  expect(await readCapabilities(clientOf({ '/': versions }), null)).toMatchObject({ version: 'v2.16' })
  expect(await readCapabilities(clientOf({}), null)).toMatchObject({ version: null, versions: [] })
})

test('a cloud that is busy has not lost what it could before; one that says no has', async () => {
  const known = await readCapabilities(clientOf({ '/v2/info/stores': stores, '/versions': versions }), null)
  const busy: Answer = { status: 503 }
  const all = { '/v2/info/stores': busy, '/v2/info/import': busy, '/v2/schemas/image': busy, '/versions': busy, '/': busy }
  expect(await readCapabilities(clientOf(all), known)).toEqual(known)
  expect(await readCapabilities(clientOf({ ...all, '/v2/info/stores': { status: 404 } }), known)).toEqual({ ...known, stores: [] })
})
