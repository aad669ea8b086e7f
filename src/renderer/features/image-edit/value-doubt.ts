import type { KnownProperty } from '../../../shared/image-protocol.ts'

const CHOICES_SHOWN = 6

/**
 * Why a value is perhaps not what the cloud reads in this property, in words; null = nothing against it. Glance itself keeps any text, and Nova
 * reads it later, so this is a doubt and no refusal.
 */
export function valueDoubt({ type, choices, minimum, maximum }: KnownProperty, value: string): string | null {
  const text = value.trim()
  if (choices.length > 0 && !choices.includes(text)) {
    const shown = choices.slice(0, CHOICES_SHOWN).join(', ')
    return `Usual here: ${shown}${choices.length > CHOICES_SHOWN ? ' and others' : ''}`
  }
  if (type === 'boolean') return /^(true|false)$/i.test(text) ? null : 'Usual here: true, false'
  if (type !== 'integer' && type !== 'number') return null
  const number = Number(text)
  if (text === '' || !Number.isFinite(number) || (type === 'integer' && !Number.isInteger(number)))
    return type === 'integer' ? 'Usual here: a whole number' : 'Usual here: a number'
  if (minimum !== null && number < minimum) return `Usual here: ${minimum} or more`
  if (maximum !== null && number > maximum) return `Usual here: ${maximum} or less`
  return null
}
