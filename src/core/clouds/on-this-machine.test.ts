import { expect, test } from 'vitest'
import { isOnThisMachine } from './on-this-machine.ts'

test.each([
  ['http://127.0.0.1:9292', true],
  ['http://127.8.8.8/image/', true],
  ['https://localhost:5000/v3', true],
  ['http://glance.localhost', true],
  ['http://[::1]:9292', true],
  ['http://127.0.0.1.example.org', false],
  ['https://cloud.example.org:9292', false],
  ['http://10.0.0.1', false],
  ['my-cloud', false],
])('%s: %s', (address, expected) => {
  expect(isOnThisMachine(address)).toBe(expected)
})
