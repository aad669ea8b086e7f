import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutMiddle } from './middle.ts'

/** Every character is one wide. */
const measure = (text: string): number => [...text].length

describe('cutMiddle', () => {
  it('leaves alone what fits', () => expect(cutMiddle('cirros-0.6.3', 12, measure)).toBe('cirros-0.6.3'))
  it('keeps the end, which tells images apart', () => {
    const cut = cutMiddle('fedora-coreos-42.20261025.3.0-openstack.x86_64', 21, measure)
    expect(cut).toMatch(/^fedora-coreo.*….*k\.x86_64$/)
    expect(measure(cut)).toBe(21)
  })
  it('does not tear a character of two code units', () => {
    expect(cutMiddle('💾💾💾💾💾💾💾💾', 5, measure)).toBe('💾💾💾…💾')
  })
  it('is only a mark where there is no room', () => expect(cutMiddle('cirros', 1, measure)).toBe('…'))
  it('fits whatever the name and the room, and is the name itself only where that fits', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.integer({ min: 1, max: 80 }), (name, room) => {
        const cut = cutMiddle(name, room, measure)
        expect(measure(cut)).toBeLessThanOrEqual(Math.max(1, room))
        expect(cut === name || measure(name) > room).toBe(true)
      }),
    )
  })
})
