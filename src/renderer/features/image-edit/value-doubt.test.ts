import { expect, test } from 'vitest'
import type { KnownProperty } from '../../../shared/image-protocol.ts'
import { valueDoubt } from './value-doubt.ts'

const known = (part: Partial<KnownProperty>): KnownProperty => ({
  key: 'k',
  title: null,
  description: null,
  type: 'text',
  choices: [],
  minimum: null,
  maximum: null,
  ...part,
})

test.each([
  [{}, 'anything', null],
  [{ choices: ['bios', 'uefi'] }, 'uefi', null],
  [{ choices: ['bios', 'uefi'] }, 'efi', /bios, uefi$/],
  [{ choices: ['1', '2', '3', '4', '5', '6', '7'] }, 'x', /6 and others$/],
  [{ type: 'boolean' }, 'True', null],
  [{ type: 'boolean' }, 'yes', /true, false/],
  [{ type: 'integer', minimum: 1, maximum: 8 }, '8', null],
  [{ type: 'integer', minimum: 1, maximum: 8 }, '9', /8 or less/],
  [{ type: 'integer', minimum: 1 }, '0', /1 or more/],
  [{ type: 'integer' }, '1.5', /whole number/],
  [{ type: 'number' }, '1.5', null],
  [{ type: 'number' }, 'many', /a number/],
] as const)('%j with %j', (part, value, words) => {
  const doubt = valueDoubt(known(part as Partial<KnownProperty>), value)
  if (words === null) expect(doubt).toBeNull()
  else expect(doubt).toMatch(words)
})
