import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { caller, type TokenCheck } from '../identity.ts'
import { Directory, type DirectoryOptions } from './directory.ts'
import { IdentityError, malformed } from './identity-error.ts'
import { answerFor, type Reply } from './routes.ts'
import { TokenStore } from './token-store.ts'

export interface KeystoneOptions extends DirectoryOptions {
  /** Default 127.0.0.1. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** The first region, which the image service is in unless another is named. Default `RegionOne`. */
  region?: string
  /** Milliseconds that a token lives. Default one hour. */
  tokenLifeMs?: number
}

/** The tiny Keystone, listening. */
export interface Keystone {
  /** With `/v3`: what clients call auth_url. */
  url: string
  /** How an Image service asks whose token it is. Looked up at once, without a cache: a revoked token is refused from then on. */
  check: TokenCheck
  tokens: TokenStore
  /** Names the Image service in the catalog; until then the catalog has none that answers. */
  publishImageService(url: string, region?: string): void
  close(): Promise<void>
}

const MAX_BODY_BYTES = 64 * 1024

/** Enough of Identity v3 for the official clients to sign in and to find the Image service. For one machine and for tests. */
export async function startKeystone(options: KeystoneOptions): Promise<Keystone> {
  const directory = new Directory(options)
  const tokens = new TokenStore(options.tokenLifeMs ?? 3600_000)
  const host = options.host ?? '127.0.0.1'
  const firstRegion = options.region ?? 'RegionOne'
  const images = new Map([[firstRegion, '']])
  const addresses = { identity: '', images }
  const server = createServer({ maxHeaderSize: 32 * 1024, keepAliveTimeout: 60_000 }, (req, res) => {
    void serve(req, res, (body) => answerFor(req, body, { directory, tokens, addresses }), addresses.identity)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('not listening on a port')
  addresses.identity = `http://${host}:${bound.port}/v3`
  return {
    url: addresses.identity,
    tokens,
    check: {
      challenge: `Keystone uri="http://${host}:${bound.port}"`,
      check: (value) => {
        const token = tokens.find(value)
        if (token === null) return null
        return caller(token.user.id, token.scope.kind === 'project' ? token.scope.projectId : null, token.roles)
      },
    },
    publishImageService: (url, region = firstRegion) => void images.set(region, url),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(req: IncomingMessage, res: ServerResponse, handle: (body: unknown) => Reply, identity: string): Promise<void> {
  let reply: Reply
  try {
    reply = handle(await readJson(req))
  } catch (error) {
    const known =
      error instanceof IdentityError
        ? error
        : new IdentityError(500, 'An unexpected error prevented the server from fulfilling your request.')
    reply = {
      status: known.status,
      headers: known.status === 401 ? { 'WWW-Authenticate': `Keystone uri="${identity}"` } : {},
      body: { error: { code: known.status, message: known.message, title: STATUS_CODES[known.status] ?? 'Error' } },
    }
  }
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body)
  res.writeHead(reply.status, {
    ...(text === '' ? {} : { 'Content-Type': 'application/json' }),
    'Content-Length': String(Buffer.byteLength(text)),
    Vary: 'X-Auth-Token',
    'x-openstack-request-id': `req-${randomUUID()}`,
    ...reply.headers,
  })
  res.end(req.method === 'HEAD' ? undefined : text)
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of req) {
    const bytes: Buffer = part
    size += bytes.byteLength
    if (size > MAX_BODY_BYTES) throw new IdentityError(413, 'The request is too large.')
    parts.push(bytes)
  }
  if (size === 0) return undefined
  if (!(req.headers['content-type'] ?? '').startsWith('application/json'))
    throw malformed('Expecting to find application/json in Content-Type header.')
  try {
    return JSON.parse(Buffer.concat(parts).toString())
  } catch {
    throw malformed('Expecting to find valid JSON in request body.')
  }
}
