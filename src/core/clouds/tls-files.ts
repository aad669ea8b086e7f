import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { GlancerError } from '../../shared/errors.ts'
import type { CloudConfig } from './cloud-config.ts'
import type { TlsSettings } from './http.ts'

/** A bundle of all CAs in the world has 250 kB. */
const FILE_LIMIT = 8 * 1024 * 1024

/**
 * The TLS settings of a cloud with its files read, and looked at: what is wrong is said here, by file, and not by a connection later.
 * @throws GlancerError `tls`
 */
export async function readTlsFiles({ verify, caFile, certFile, keyFile }: CloudConfig['tls']): Promise<TlsSettings> {
  const ca = caFile === null ? null : await certificates(caFile, 'cacert')
  const cert = certFile === null ? null : await certificates(certFile, 'cert')
  if (cert === null && keyFile !== null) {
    throw new GlancerError('tls', 'This cloud has a key but no cert.', {
      remedy: 'Name the file of the certificate as cert in clouds.yaml.',
    })
  }
  const keyPath = keyFile ?? certFile
  const key = keyPath === null ? null : await privateKey(keyPath, keyFile === null ? 'cert' : 'key')
  if (cert !== null && key !== null) belongTogether(cert, key, certFile ?? '')
  return { verify, ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) }
}

async function certificates(path: string, setting: string): Promise<string> {
  const text = await read(path, setting)
  const blocks = text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw odd(path, setting, 'has no certificate in PEM form')
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block)
    } catch {
      throw odd(
        path,
        setting,
        blocks.length === 1
          ? 'holds a certificate that cannot be read'
          : `holds a certificate that cannot be read, its number ${index + 1}`,
      )
    }
  }
  return text
}

async function privateKey(path: string, setting: string): Promise<string> {
  const text = await read(path, setting)
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw odd(path, setting, 'has no private key in PEM form')
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw new GlancerError('tls', `The private key in ${path} (${setting} of this cloud) has a passphrase.`, {
      remedy: 'Name a key without one: clouds.yaml has no place for a passphrase.',
    })
  }
  return text
}

function belongTogether(cert: string, key: string, path: string): void {
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new GlancerError('tls', `The certificate ${path} and its private key cannot be used together.`, { detail })
  }
}

async function read(path: string, setting: string): Promise<string> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw odd(path, setting, 'is not a file')
    if (found.size > FILE_LIMIT) throw odd(path, setting, 'is far too large for one')
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof GlancerError) throw error
    throw new GlancerError('tls', `The file ${path} (${setting} of this cloud) cannot be read.`, {
      detail: error instanceof Error ? error.message : String(error),
    })
  }
}

function odd(path: string, setting: string, what: string): GlancerError {
  return new GlancerError('tls', `The file ${path} (${setting} of this cloud) ${what}.`, {
    remedy: 'Name a file that begins with -----BEGIN, as `openssl` writes it.',
  })
}
