import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'

const PATIENCE_MS = 5000

/**
 * What the server at this address shows for itself, in words for the person who has to decide whether to trust it; null where nothing is to be had. Nothing
 * is sent over the connection, which is not checked.
 */
export async function certificateFacts(url: string): Promise<string | null> {
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
  socket.setTimeout(PATIENCE_MS, () => resolve(undefined))
  socket.on('error', () => resolve(undefined))
  socket.on('secureConnect', () => resolve(socket.getPeerX509Certificate()))
  const certificate = await promise
  socket.destroy()
  return certificate === undefined ? null : inWords(certificate)
}

function inWords({ subject, issuer, subjectAltName, validFrom, validTo, fingerprint256 }: X509Certificate): string {
  const day = (text: string): string => new Date(text).toISOString().slice(0, 10)
  return [
    `Certificate for ${oneLine(subject)}`,
    `names ${(subjectAltName ?? 'none').slice(0, 300)}`,
    `issued by ${subject === issuer ? 'itself' : oneLine(issuer)}`,
    `valid ${day(validFrom)} to ${day(validTo)}`,
    `SHA-256 ${fingerprint256}`,
  ].join('; ')
}

function oneLine(name: string | undefined): string {
  return (name ?? 'nobody').split('\n').join(', ').slice(0, 300)
}
