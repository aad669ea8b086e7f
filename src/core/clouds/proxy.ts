import { BlockList, isIP } from 'node:net'
import { GlancerError } from '../../shared/errors.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The proxy for this address, as curl and the official clients choose it: `https_proxy` or `http_proxy` by the scheme, else `all_proxy`, small letters
 * before capital ones, unless `no_proxy` names the host, a domain above it, its address or its network. Undefined for a direct connection.
 * @throws GlancerError `proxy` for a kind of proxy that we cannot use
 */
export function proxyFor(url: string, env: Env): string | undefined {
  const { protocol, hostname, port } = new URL(url)
  const scheme = protocol.slice(0, -1)
  const given = setting(env, `${scheme}_proxy`) ?? setting(env, 'all_proxy')
  if (given === undefined) return undefined
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const entries = (setting(env, 'no_proxy') ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  if (entries.some((entry) => names(entry.toLowerCase(), host, port || (scheme === 'https' ? '443' : '80')))) return undefined
  const proxy = given.includes('://') ? given : `http://${given}`
  if (!URL.canParse(proxy)) throw unusable('It is not an address.')
  if (!/^https?:/i.test(proxy)) throw unusable(`It is of the kind ${new URL(proxy).protocol.slice(0, -1)}.`)
  return proxy
}

function setting(env: Env, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined
}

function unusable(detail: string): GlancerError {
  return new GlancerError('proxy', 'The proxy that the environment names cannot be used.', {
    detail,
    remedy: 'Set https_proxy and http_proxy to http://host:port, or name the cloud in no_proxy.',
  })
}

/** Whether one entry of `no_proxy` names this host. */
function names(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const network = /^(.+)\/(\d{1,3})$/.exec(entry)
  if (network !== null) return isInNetwork(host, network[1] ?? '', Number(network[2]))
  const [, bare = entry, entryPort] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry) ?? []
  if (entryPort !== undefined && entryPort !== port) return false
  const name = bare.replace(/^\[|\]$/g, '').replace(/^\*?\./, '')
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`))
}

function isInNetwork(host: string, address: string, bits: number): boolean {
  const family = isIP(host)
  if (family === 0 || family !== isIP(address) || bits > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(address, bits, kind)
  return list.check(host, kind)
}
