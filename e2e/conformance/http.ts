import { Readable } from 'node:stream'
import { Agent, request } from 'undici'

/** An answer, read as a whole. Header names in lower case. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

const agent = new Agent({ headersTimeout: 20_000, bodyTimeout: 20_000, pipelining: 0, connections: 16 })

/** One request with exactly these headers: nothing added but Host and the length. */
export async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array | string | AsyncIterable<Uint8Array>,
): Promise<Answer> {
  const answer = await request(url, { method: method as 'GET', headers: { ...headers }, body: toBody(body), dispatcher: agent })
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return { status: answer.statusCode, headers: flat, body: Buffer.from(await answer.body.arrayBuffer()) }
}

function toBody(body: Uint8Array | string | AsyncIterable<Uint8Array> | undefined): Uint8Array | string | Readable | null {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body ?? null
  return Readable.from(body)
}
