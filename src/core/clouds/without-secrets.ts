import { GlancerError } from '../../shared/errors.ts'
import type { Secret } from './cloud-config.ts'

/** Shorter ones stand in too many words to be taken out of a sentence: then all that was said goes. */
const LONG_ENOUGH = 6

/**
 * An error without the secrets that a server may have repeated in what it said: Keystone quotes what does not fit its schema, and many a proxy shows
 * the whole request. Each is looked for as it is, and as JSON, a URL and HTML would write it.
 */
export function withoutSecrets(error: unknown, secrets: readonly Secret[]): unknown {
  if (!(error instanceof GlancerError) || error.detail === undefined) return error
  const written = secrets.flatMap((secret) => waysToWrite(secret.reveal())).filter((text) => text !== '')
  const { detail } = error
  if (!written.some((text) => detail.includes(text))) return error
  const short = written.some((text) => text.length < LONG_ENOUGH && detail.includes(text))
  const clean = short
    ? undefined
    : written.toSorted((a, b) => b.length - a.length).reduce((left, text) => left.replaceAll(text, '(secret)'), detail)
  return new GlancerError(error.code, error.message, { ...error, detail: clean, cause: error.cause })
}

function waysToWrite(secret: string): string[] {
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  // White space is folded in what is shown.
  return [secret, secret.replace(/\s+/g, ' '), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), html]
}
