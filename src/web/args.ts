import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What the web host was asked to do. */
export interface WebOptions {
  /** 0 = any free port. */
  port: number
  /** Null = the system's usual place. */
  dataDir: string | null
  open: boolean
  /** The address to listen on. */
  host: string
  /** Set only where `host` is not this machine alone. `name` is what browsers call it by. */
  remote: { name: string; certFile: string; keyFile: string } | null
}

export const usage = `npm start -- --web [--port N] [--data-dir FOLDER] [--no-open]

  --port N           listen on this port (otherwise any free one)
  --data-dir FOLDER  keep the queue, the settings and the built-in service's images there
  --no-open          do not open a browser

To be reached from other machines (an SSH tunnel to the same port number is usually the better way):
  --host ADDRESS --allow-remote --tls-cert FILE --tls-key FILE [--name NAME]`

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Reads the command line.
 * @throws Error with a sentence to print, for an unknown option, a port that is none, or an address that others reach without TLS
 */
export function readArgs(args: readonly string[]): WebOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      web: { type: 'boolean' },
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      'no-open': { type: 'boolean' },
      host: { type: 'string' },
      name: { type: 'string' },
      'allow-remote': { type: 'boolean' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
    },
  })
  const host = values.host ?? '127.0.0.1'
  return {
    port: readPort(values.port),
    dataDir: values['data-dir'] === undefined ? null : resolve(values['data-dir']),
    open: values['no-open'] !== true,
    host,
    remote: loopback.has(host)
      ? null
      : readRemote(host, values['allow-remote'] === true, values['tls-cert'], values['tls-key'], values.name),
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`--port takes a number from 0 to 65535, not "${text}".`)
  return port
}

function readRemote(
  host: string,
  allowed: boolean,
  certFile: string | undefined,
  keyFile: string | undefined,
  name: string | undefined,
): NonNullable<WebOptions['remote']> {
  if (!allowed || certFile === undefined || keyFile === undefined) {
    throw new Error(
      `${host} is reachable from other machines, and whoever gets in can use every cloud that you are signed in to. ` +
        'Glancer listens there only with --allow-remote, --tls-cert and --tls-key.',
    )
  }
  if (name === undefined && (host === '0.0.0.0' || host === '::')) {
    throw new Error(`With --host ${host}, say with --name under which name browsers reach this machine.`)
  }
  return { name: name ?? host, certFile: resolve(certFile), keyFile: resolve(keyFile) }
}
