import { HttpError } from '../http/http-error.ts'
import type { Call } from './call.ts'

/** The answer that the fault plan asks for. */
export function answerAsPlanned(call: Call): void {
  const planned = call.strikes.get('answer')
  if (planned === undefined) return
  const { exchange } = call
  if (planned.close) exchange.res.setHeader('Connection', 'close')
  if (planned.body === undefined) {
    exchange.sendError(new HttpError(planned.status, undefined, { headers: { ...planned.headers } }))
  } else {
    exchange.send(planned.status, planned.body, { 'Content-Type': 'text/html; charset=UTF-8', ...planned.headers })
  }
  // What uwsgi does: answer, then hang up in the middle of the body.
  if (planned.close) exchange.res.once('finish', () => exchange.req.socket.destroySoon())
}
