import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { waitFor } from './faults.ts'
import type { Call } from './handlers/call.ts'
import { answerAsPlanned } from './handlers/planned-answer.ts'
import { Exchange } from './http/exchange.ts'
import { HttpError } from './http/http-error.ts'
import type { TokenCheck } from './identity.ts'
import { findRoute, HEALTH_ROUTE, type Route, VERSIONS_ROUTE } from './routes.ts'
import type { ServiceState } from './service-state.ts'

/** Head of a request: far above what any client sends, small enough to be harmless. */
const MAX_HEAD_BYTES = 32 * 1024

/** The HTTP side: which handler a request goes to, who is let in, and how what handlers throw becomes an answer. */
export function createImageServer(state: ServiceState, tokens: TokenCheck, clientSocketTimeoutMs: number): Server {
  const serve = (req: IncomingMessage, res: ServerResponse, expectsContinue: boolean) => {
    const exchange = new Exchange(req, res, expectsContinue)
    const work = answer(state, tokens, exchange).catch((error: unknown) => {
      state.log(`${exchange.requestId} ${req.method} ${exchange.path}: ${error instanceof Error ? error.stack : String(error)}`)
      if (res.headersSent) req.socket.destroy()
      else exchange.sendError(new HttpError(500))
    })
    // What a cut request still has to put right must be done before the records close.
    state.background.add(work)
    void work.finally(() => state.background.delete(work))
  }
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      // An upload may take hours; what is limited is silence, below.
      requestTimeout: 0,
      headersTimeout: 60_000,
      keepAliveTimeout: clientSocketTimeoutMs,
      noDelay: true,
    },
    (req, res) => serve(req, res, false),
  )
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => serve(req, res, true))
  server.setTimeout(clientSocketTimeoutMs, (socket) => socket.destroy())
  return server
}

async function answer(state: ServiceState, tokens: TokenCheck, exchange: Exchange): Promise<void> {
  try {
    await dispatch(state, tokens, exchange)
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    exchange.sendError(error)
  }
}

async function dispatch(state: ServiceState, tokens: TokenCheck, exchange: Exchange): Promise<void> {
  const { path } = exchange
  const method = exchange.req.method ?? 'GET'
  if (path === '/healthcheck') {
    await run(state, exchange, HEALTH_ROUTE, [])
    return
  }
  // Everything unknown at the top gets the list of versions (observed on Glance 25.1).
  if (path !== '/v2' && !path.startsWith('/v2/')) {
    await run(state, exchange, VERSIONS_ROUTE, [])
    return
  }
  exchange.caller = tokens.check(exchange.header('x-auth-token'))
  if (exchange.caller === null) throw refusal(tokens)
  if (path === '/v2') {
    exchange.send(302, '', { 'Content-Type': 'text/plain; charset=utf8', Location: `${exchange.origin}/v2/` })
    return
  }
  const found = findRoute(method, path.slice(3))
  if (found.kind === 'nothing') throw new HttpError(404)
  if (found.kind === 'wrong-method') {
    if (method === 'HEAD') return exchange.sendEmpty(405, { Allow: found.allow })
    throw new HttpError(405, `The method ${method} is not allowed for this resource.`, { headers: { Allow: found.allow } })
  }
  const refused = await run(state, exchange, found.route, found.params)
  if (refused === 'refuse-token') throw refusal(tokens)
}

async function run(state: ServiceState, exchange: Exchange, route: Route, params: readonly string[]): Promise<'refuse-token' | undefined> {
  const strikes = state.faults.strike(route.operation, params.at(route.operation === 'delete-from-store' ? 1 : 0) ?? null, exchange)
  const call: Call = { state, exchange, params, strikes }
  const delay = strikes.get('delay')
  if (delay !== undefined) await waitFor(delay.hold, state.closing)
  if (strikes.get('refuse-token') !== undefined) return 'refuse-token'
  const planned = strikes.get('answer')
  if (planned !== undefined && (planned.afterBytes ?? 0) === 0) answerAsPlanned(call)
  else await route.handler(call)
  return undefined
}

function refusal(tokens: TokenCheck): HttpError {
  return new HttpError(401, undefined, { headers: tokens.challenge === null ? {} : { 'Www-Authenticate': tokens.challenge } })
}
