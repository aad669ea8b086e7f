import type { SecretKeep } from '../../../shared/cloud-protocol.ts'
import type { Keeping } from './form-state.ts'

/** The ways to keep a secret, as a person chooses from them. */
export function keepChoices({ keeps, keyRing }: Keeping): { value: SecretKeep; label: string }[] {
  const labels: Readonly<Record<SecretKeep, string>> = {
    'key-ring': `Keep it in ${keyRing ?? 'the key ring'}`,
    file: 'Keep it in a file',
    memory: 'Ask each time',
  }
  return keeps.map((value) => ({ value, label: labels[value] }))
}

/** What the choice means, in plain words. */
export function keepWords(keep: SecretKeep, { keyRing, keeps }: Keeping, host: 'electron' | 'web'): string {
  if (keep === 'key-ring') return `Sealed by ${keyRing ?? 'the key ring'}; only you, on this computer, can open it.`
  if (keep === 'memory') {
    const missing = host === 'electron' && !keeps.includes('key-ring') ? 'This computer has no key ring that protects it. ' : ''
    return `${missing}It is forgotten when Glancer ends.`
  }
  const where = host === 'web' ? 'on the machine where Glancer runs' : 'on this computer'
  return `Not encrypted, in a file ${where} that only your account can read (mode 0600).`
}
