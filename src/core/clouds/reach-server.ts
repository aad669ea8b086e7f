import { lookup } from 'node:dns/promises'
import { isIP, connect as tcpConnect } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { describeNetworkFailure } from '../../shared/net-failure.ts'
import { connectOptions } from '../transfers/worker/connect-options.ts'
import type { TlsSettings } from './http.ts'

const PATIENCE_MS = 10_000

/** The addresses of a server by its name; none for one that is an address already. @throws GlancerError `dns` */
export async function addressesOf(url: string): Promise<string[]> {
  const { host } = placeOf(url)
  if (isIP(host) !== 0) return []
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch (error) {
    throw describeNetworkFailure(error, url)
  }
}

/** Opens a connection and closes it. @throws GlancerError `refused`, `timeout`, `unreachable` */
export async function knock(url: string, signal: AbortSignal): Promise<void> {
  const { host, port } = placeOf(url)
  await opened(url, tcpConnect({ host, port, autoSelectFamily: true, signal }), 'connect')
}

/** Makes a secure connection, checked as the settings say, and closes it. @throws GlancerError `tls` and of a network kind */
export async function shakeHands(url: string, tls: TlsSettings, signal: AbortSignal): Promise<void> {
  const { host, port } = placeOf(url)
  const socket = tlsConnect({ host, port, ...connectOptions({ url, tls }), ...(isIP(host) === 0 && { servername: host }) })
  const end = (): void => void socket.destroy()
  signal.addEventListener('abort', end)
  try {
    await opened(url, socket, 'secureConnect')
  } finally {
    signal.removeEventListener('abort', end)
  }
}

type Opening = ReturnType<typeof tcpConnect>

async function opened(url: string, socket: Opening, event: 'connect' | 'secureConnect'): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.setTimeout(PATIENCE_MS, () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  socket.on('error', reject)
  socket.on('close', () => reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })))
  socket.on(event, () => resolve())
  try {
    await promise
  } catch (error) {
    throw describeNetworkFailure(error, url)
  } finally {
    socket.destroy()
  }
}

function placeOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) }
}
