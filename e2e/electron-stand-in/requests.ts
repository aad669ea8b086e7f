import type { CdpSession, Protocol } from './cdp.ts'
import { state } from './state.ts'

/** Has the app's own `protocol.handle` handler answer what Chromium wants, with that answer's own headers; all else finds no network. */
export async function answerRequest(session: CdpSession, { requestId, request }: Protocol.Fetch.requestPausedPayload): Promise<void> {
  const scheme = state.addresses.schemeOf(request.url)
  const handler = scheme === null ? undefined : state.schemeHandlers.get(scheme)
  try {
    if (handler === undefined) {
      state.network.push(request.url)
      await session.send('Fetch.failRequest', { requestId, errorReason: 'InternetDisconnected' })
      return
    }
    const answer = await handler(
      new Request(state.addresses.outside(request.url), { method: request.method, headers: request.headers as Record<string, string> }),
    )
    const body = Buffer.from(await answer.arrayBuffer())
    await session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: answer.status,
      responseHeaders: [...answer.headers].map(([name, value]) => ({ name, value: state.addresses.inside(value) })),
      body: body.toString('base64'),
    })
  } catch {
    // The page went on meanwhile, or the handler threw: ERR_FAILED, as Electron says.
    await session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' }).catch(() => {})
  }
}
