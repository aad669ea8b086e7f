import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { CertificateFacts } from '../../shared/cloud-protocol.ts'

const PATIENCE_MS = 5000

/**
 * What the server at this address shows for itself, in words for the person who has to decide whether to trust it; null where nothing is to be had. Nothing
 * is sent over the connection, which is not checked.
 */
export async function certificateFacts(url: string): Promise<string | null> {
  const facts = await certificateOf(url)
  return facts === null ? null : inWords(facts)
}

/** The same, part by part. @param signal ends the wait */
export async function certificateOf(url: string, signal?: AbortSignal): Promise<CertificateFacts | null> {
  const { protocol, hostname, port } = new URL(url)
  if (protocol !== 'https:') return null
  const host = hostname.replace(/^\[|\]$/g, '')
  const { promise, resolve } = Promise.withResolvers<X509Certificate | undefined>()
  const socket = connect({
    host,
    port: Number(port || 443),
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
  })
  const giveUp = (): void => resolve(undefined)
  socket.setTimeout(PATIENCE_MS, giveUp)
  signal?.addEventListener('abort', giveUp)
  socket.on('error', giveUp)
  socket.on('secureConnect', () => resolve(socket.getPeerX509Certificate()))
  const certificate = await promise
  signal?.removeEventListener('abort', giveUp)
  socket.destroy()
  return certificate === undefined ? null : partsOf(certificate)
}

function partsOf({ subject, issuer, subjectAltName, validFrom, validTo, fingerprint256 }: X509Certificate): CertificateFacts {
  const day = (text: string): string => new Date(text).toISOString().slice(0, 10)
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    selfSigned: subject === issuer,
    names: (subjectAltName ?? 'none').slice(0, 300),
    validFrom: day(validFrom),
    validTo: day(validTo),
    sha256: fingerprint256,
  }
}

function inWords({ subject, issuer, selfSigned, names, validFrom, validTo, sha256 }: CertificateFacts): string {
  return [
    `Certificate for ${subject}`,
    `names ${names}`,
    `issued by ${selfSigned ? 'itself' : issuer}`,
    `valid ${validFrom} to ${validTo}`,
    `SHA-256 ${sha256}`,
  ].join('; ')
}

function oneLine(name: string | undefined): string {
  return (name ?? 'nobody').split('\n').join(', ').slice(0, 300)
}
