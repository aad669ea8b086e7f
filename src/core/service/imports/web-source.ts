import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { HttpError } from '../http/http-error.ts'
import type { ImportSettings } from '../options.ts'

/** Addresses that a download on somebody's behalf must not reach: this machine and the networks that trust it. */
const PRIVATE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6')
}

/** 400 for an address that web-download may not fetch: other schemes, hosts or ports than allowed, or this machine by its number. */
export function checkWebSource(uri: string | null, settings: ImportSettings): URL {
  const refused = () => new HttpError(400, `URI for web-download does not pass filtering: ${uri ?? 'None'}`)
  if (uri === null || !URL.canParse(uri)) throw refused()
  const url = new URL(uri)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused()
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port)
  if (!settings.allowedPorts.includes(port)) throw refused()
  if (settings.allowedHosts !== null) {
    if (!settings.allowedHosts.includes(url.hostname)) throw refused()
    return url
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host.endsWith('.localhost') || isPrivate(host)) throw refused()
  return url
}

/** Looks the name up and refuses it if it leads to this machine or a private network after all. */
export async function checkResolved(url: URL, settings: ImportSettings): Promise<void> {
  if (settings.allowedHosts !== null) return
  const host = url.hostname.replace(/^\[|\]$/g, '')
  for (const { address } of await lookup(host, { all: true })) {
    if (isPrivate(address)) throw new HttpError(400, `URI for web-download does not pass filtering: ${url.href}`)
  }
}

function isPrivate(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return false
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return PRIVATE.check(mapped, 'ipv4')
  return PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
