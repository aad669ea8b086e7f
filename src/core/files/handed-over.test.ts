import { expect, test, vi } from 'vitest'
import { HandedOver } from './handed-over.ts'

test('files wait until a page takes them, and go to one page only', async () => {
  const arrived = vi.fn()
  const handed = new HandedOver(async (paths) => paths.map((path) => ({ fileId: path })), arrived)
  expect(handed.take()).toEqual([])
  await handed.give([])
  expect(arrived).not.toHaveBeenCalled()
  await handed.give(['/a'])
  await handed.give(['/b', '/c'])
  expect(arrived).toHaveBeenCalledTimes(2)
  expect(handed.take()).toEqual([{ fileId: '/a' }, { fileId: '/b' }, { fileId: '/c' }])
  expect(handed.take()).toEqual([])
})

test('they are bounded', async () => {
  const handed = new HandedOver(async (paths) => paths.map((path) => ({ fileId: path })), vi.fn())
  await handed.give(Array.from({ length: 20_000 }, (_, index) => String(index)))
  expect(handed.take()).toHaveLength(10_000)
})
