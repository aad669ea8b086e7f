import tls from 'node:tls'

let done = false

/**
 * Lets this thread trust whom this computer trusts, beside whom Node brings along: a company's CA is installed in the system, and curl and the
 * official clients find it there. Costs some 80 ms, once a thread, so it is called by whoever opens a TLS connection without a CA of its own.
 */
export function trustThisComputer(): void {
  if (done) return
  done = true
  try {
    tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])])
  } catch {
    // A runtime without this, or a store that cannot be read: the CAs that Node brings along are left, and `cacert`.
  }
}
