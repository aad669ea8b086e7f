import { afterEach, describe, expect, it } from 'vitest'
import { systemKeyRing } from './secrets.ts'
import { keyRing } from './testing/electron-stub.ts'

afterEach(() => Object.assign(keyRing, { available: true, backend: 'gnome_libsecret', stale: false }))

describe('the key ring of the system', () => {
  it('has the name that people know', async () => {
    expect(await systemKeyRing('linux').name()).toBe('the GNOME key ring')
    expect(await systemKeyRing('darwin').name()).toBe('the Keychain')
    expect(await systemKeyRing('win32').name()).toBe('Windows (for this user)')
  })

  it('is none where Electron would only scramble with a key that everybody knows', async () => {
    for (const backend of ['basic_text', 'unknown'] as const) {
      keyRing.backend = backend
      expect(await systemKeyRing('linux').name()).toBeNull()
    }
    keyRing.available = false
    expect(await systemKeyRing('darwin').name()).toBeNull()
  })

  it('opens what it sealed, and says when that is to be done anew', async () => {
    const ring = systemKeyRing('linux')
    const sealed = await ring.seal('pass wörd')
    expect(Buffer.from(sealed).toString()).not.toContain('pass')
    expect(await ring.open(sealed)).toEqual({ text: 'pass wörd', stale: false })
    keyRing.stale = true
    expect(await ring.open(sealed)).toEqual({ text: 'pass wörd', stale: true })
  })
})
