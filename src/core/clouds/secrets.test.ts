import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeyRing } from '../ports.ts'
import { Secret } from './cloud-config.ts'
import { Secrets } from './secrets.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glancer-secrets-'))
})
afterEach(async () => await rm(dir, { recursive: true, force: true }))

const path = () => join(dir, 'secrets.json')

/** Seals by turning round; can be locked, or away. */
function fakeRing(over: { name?: string | null; locked?: boolean; stale?: boolean } = {}): KeyRing & { sealed: number } {
  const turned = (text: string): string => [...text].reverse().join('')
  const ring = {
    sealed: 0,
    name: async () => (over.name === undefined ? 'a ring' : over.name),
    seal: async (text: string) => {
      ring.sealed++
      return Buffer.from(turned(text))
    },
    open: async (sealed: Uint8Array) => {
      if (over.locked) throw new Error('locked')
      return { text: turned(Buffer.from(sealed).toString()), stale: over.stale ?? false }
    },
  }
  return ring
}

async function again(ring: KeyRing | null = null): Promise<Secrets> {
  const secrets = new Secrets(dir, ring)
  expect(await secrets.load()).toBeNull()
  return secrets
}

describe('secrets that people typed', () => {
  it('without a key ring lie in a file that only this person can read', async () => {
    const secrets = await again()
    expect(await secrets.keeping()).toEqual({ keeps: ['file', 'memory'], keyRing: null })
    await secrets.keep('a', new Secret('pässwörd'), 'file')
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    expect((await (await again()).get('a'))?.reveal()).toBe('pässwörd')
    await secrets.forget('a')
    expect(await readFile(path(), 'utf8')).not.toContain('pässwörd')
    expect(await secrets.get('a')).toBeNull()
    expect(await readdir(dir)).toEqual(['secrets.json'])
  })

  it('are sealed by the key ring, and never stand on the disk', async () => {
    const ring = fakeRing()
    const secrets = await again(ring)
    expect(await secrets.keeping()).toEqual({ keeps: ['key-ring', 'memory'], keyRing: 'a ring' })
    await secrets.keep('a', new Secret('password'), 'key-ring')
    expect(await readFile(path(), 'utf8')).not.toContain('password')
    expect((await (await again(ring)).get('a'))?.reveal()).toBe('password')
  })

  it('with a key ring that protects nothing are kept in memory, unless a person chooses the file', async () => {
    expect(await (await again(fakeRing({ name: null }))).keeping()).toEqual({ keeps: ['memory', 'file'], keyRing: null })
  })

  it('in memory are gone with the process, and take what was on the disk with them', async () => {
    const secrets = await again()
    await secrets.keep('a', new Secret('first'), 'file')
    await secrets.keep('a', new Secret('second'), 'memory')
    expect(await readFile(path(), 'utf8')).not.toContain('first')
    expect((await secrets.get('a'))?.reveal()).toBe('second')
    secrets.of('a').spent()
    expect(secrets.has('a')).toBe(false)
    expect((await again()).has('a')).toBe(false)
  })

  it('that the key ring does not give are a named failure; those on the disk stay', async () => {
    await (await again(fakeRing())).keep('a', new Secret('password'), 'key-ring')
    const locked = await again(fakeRing({ locked: true }))
    await expect(locked.get('a')).rejects.toMatchObject({ code: 'secret-store', detail: 'locked' })
    locked.of('a').spent()
    expect(locked.has('a')).toBe(true)
    await expect((await again()).get('a')).rejects.toMatchObject({ code: 'secret-store' })
  })

  it('are sealed anew when the key has changed', async () => {
    await (await again(fakeRing())).keep('a', new Secret('password'), 'key-ring')
    const ring = fakeRing({ stale: true })
    expect((await (await again(ring)).get('a'))?.reveal()).toBe('password')
    expect(ring.sealed).toBe(1)
  })

  it('of clouds that are no more are forgotten', async () => {
    const secrets = await again()
    for (const id of ['a', 'b', '__proto__']) await secrets.keep(id, new Secret(`of ${id}`), 'file')
    await secrets.forgetAllBut(new Set(['b']))
    expect([secrets.has('a'), secrets.has('b'), secrets.has('constructor')]).toEqual([false, true, false])
  })

  it('cannot be printed by accident', async () => {
    const secrets = await again()
    await secrets.keep('a', new Secret('password'), 'memory')
    const secret = await secrets.get('a')
    expect(`${inspect(secret)} ${String(secret)} ${JSON.stringify({ secret })} ${inspect(secrets, { depth: 9 })}`).not.toContain('password')
  })

  it('in a file that is damaged are set aside, without quoting it', async () => {
    await writeFile(path(), '{"version":1,"secrets":{"a":{"plain":"password"')
    const secrets = new Secrets(dir, null)
    const notice = await secrets.load()
    expect(notice?.path).toBe(path())
    expect(notice?.error).toMatch(/could not be read and was set aside as .*set-aside-.* Type the passwords again/)
    expect(notice?.error).not.toContain('password"')
    await secrets.keep('b', new Secret('other'), 'file')
    const names = await readdir(dir)
    expect(names).toHaveLength(2)
    const aside = names.find((name) => name.includes('set-aside')) ?? ''
    expect(await readFile(join(dir, aside), 'utf8')).toContain('password')
  })
})
