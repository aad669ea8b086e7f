import { afterEach, expect, test, vi } from 'vitest'
import type { CloudRegistry } from './clouds/registry.ts'
import { createImageHandlers } from './image-handlers.ts'
import { ImageClient } from './images/client.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('what a cloud knows of properties is asked for once in ten minutes, and soon again where the server failed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  let status = 503
  let asked = 0
  const client = new ImageClient(async (path) => {
    if (path.startsWith('/v2/metadefs')) asked++
    return { status, headers: {}, body: status === 200 ? JSON.stringify({ namespaces: [], properties: {} }) : '' }
  })
  const clouds: Pick<CloudRegistry, 'client'> = { client: async () => client }
  const handlers = createImageHandlers(clouds as CloudRegistry)
  const known = async (): Promise<number> => {
    await handlers['images.knownProperties']({ cloudId: 'c' })
    return asked
  }
  expect(await known()).toBe(1)
  expect(await known()).toBe(1)
  vi.setSystemTime(Date.now() + 10_001)
  status = 200
  expect(await known()).toBe(2)
  vi.setSystemTime(Date.now() + 9 * 60_000)
  expect(await known()).toBe(2)
  vi.setSystemTime(Date.now() + 61_000)
  expect(await known()).toBe(3)
})
