import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Addresses } from '../electron-stand-in/addresses.ts'
import { cloneCodec } from '../electron-stand-in/clone.ts'
import { takeInstanceLock } from '../electron-stand-in/single-instance.ts'
import { strict, strictClass } from '../electron-stand-in/strict.ts'

// The stand-in for Electron is itself held to what it stands for: the parts of it that need no browser.

describe('messages are structured clones', () => {
  const { encode, decode } = cloneCodec()
  const through = (value: unknown): unknown => decode(encode(structuredClone(value)))

  test('whatever Node clones comes out the same', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withBoxedValues: true,
    })
    fc.assert(
      fc.property(anything, (value) => {
        expect(through(value)).toEqual(structuredClone(value))
      }),
    )
  })

  test('what toEqual does not tell apart', () => {
    expect(Object.is(through(-0), -0)).toBe(true)
    const holes = new Array(3)
    holes[2] = 'last'
    expect(Object.keys(through(holes) as object)).toEqual(['2'])
    expect(Object.hasOwn(through({ a: undefined }) as object, 'a')).toBe(true)
    const round: { self?: unknown } = {}
    round.self = round
    const again = through(round) as typeof round
    expect(again.self).toBe(again)
    const error = through(new RangeError('far')) as Error
    expect([error instanceof Error, error.name, error.message]).toEqual([true, 'RangeError', 'far'])
  })

  test('a key named __proto__ is a key', () => {
    const value = through(JSON.parse('{"__proto__":{"admin":true}}')) as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect('admin' in value).toBe(false)
  })

  test.each([
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['a promise', Promise.resolve()],
    ['a weak map', new WeakMap()],
  ])('%s cannot be cloned, deep inside either', (_what, value) => {
    for (const one of [value, [value], { a: { b: value } }, new Map([[1, value]])]) expect(() => encode(one)).toThrow('could not be cloned')
  })
})

describe('addresses', () => {
  const addresses = new Addresses()
  addresses.declare('app')

  test.each([
    ['app://glancer/', 'https://app.glancer.invalid/'],
    ['app://glancer/assets/a.js?x=1#y', 'https://app.glancer.invalid/assets/a.js?x=1#y'],
    ['app://other/', 'https://app.other.invalid/'],
  ])('%s is %s inside Chromium, and back', (outside, inside) => {
    expect(addresses.inside(outside)).toBe(inside)
    expect(addresses.outside(inside)).toBe(outside)
    expect(addresses.schemeOf(inside)).toBe('app')
  })

  test('what a page made itself belongs to its origin', () => {
    expect(addresses.outside('blob:https://app.glancer.invalid/1-2')).toBe('blob:app://glancer/1-2')
    expect(addresses.outside('blob:https://example.org/1-2')).toBe('blob:https://example.org/1-2')
  })

  test('an origin has no path', () => {
    expect(addresses.outside('https://app.glancer.invalid')).toBe('app://glancer')
  })

  test.each([
    'https://example.org/',
    'https://app.glancer.invalid.evil.example/',
    'http://app.glancer.invalid/',
    'https://other.glancer.invalid/',
    'null',
    'about:blank',
  ])('%s stays what it is', (address) => {
    expect(addresses.outside(address)).toBe(address)
    expect(addresses.inside(address)).toBe(address)
    expect(addresses.schemeOf(address)).toBeNull()
  })
})

describe('what is not there says its name', () => {
  test('of an object, of a class and of its static side', () => {
    const shell: Record<string, unknown> = strict('shell', { beep: () => 'beep' })
    expect((shell.beep as () => string)()).toBe('beep')
    expect(() => shell.trashItem).toThrow('The stand-in for Electron has no shell.trashItem.')
    class Window {
      readonly #secret = 7
      read(): number {
        return this.#secret
      }
    }
    strictClass('Window', Window)
    expect(new Window().read()).toBe(7)
    expect(() => Reflect.get(new Window(), 'setOpacity')).toThrow('Window.prototype.setOpacity')
    expect(() => Reflect.get(Window, 'fromId')).toThrow('Window.fromId')
  })

  test('but nothing that only asks whether it is a promise', async () => {
    const object = strict('thing', {})
    expect(await Promise.resolve(object)).toBe(object)
    expect(JSON.stringify(object)).toBe('{}')
  })
})

test('a lock that a killed process left behind is taken over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glancer-lock-'))
  try {
    expect(takeInstanceLock(folder, {}, () => {})).toBe(true)
    expect(takeInstanceLock(folder, {}, () => {})).toBe(false)
    // No process has this number.
    await writeFile(join(folder, 'stand-in-instance', 'first'), '99999999')
    expect(takeInstanceLock(folder, {}, () => {})).toBe(true)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
