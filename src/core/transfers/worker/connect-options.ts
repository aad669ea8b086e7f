import type { Endpoint } from './contract.ts'
import { trustThisComputer } from './trust.ts'

/** TLS settings as node:tls takes them. Without a CA of its own the connection trusts whom this computer trusts. */
export function connectOptions({ url, tls }: Pick<Endpoint, 'url' | 'tls'>): {
  rejectUnauthorized?: boolean
  ca?: string
  cert?: string
  key?: string
} {
  const { verify = true, ca, cert, key } = tls ?? {}
  if (url.startsWith('https:') && verify && ca === undefined) trustThisComputer()
  return {
    ...(tls !== undefined && { rejectUnauthorized: verify }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}
