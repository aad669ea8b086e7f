import http from 'node:http'
import https from 'node:https'
import { GlancerError } from '../../../shared/errors.ts'
import { describeNetworkFailure } from '../../../shared/net-failure.ts'
import { readRefusal } from '../../../shared/refusal.ts'
import { readBounded } from './answers.ts'
import { type Block, BlockRing } from './block-ring.ts'
import type { Endpoint, UploadJob, UploadResult } from './contract.ts'
import { Digester } from './digester.ts'
import { BLOCK_SIZE, BLOCKS, type JobContext } from './job-context.ts'
import { Refused } from './refused.ts'
import { SourceFile } from './source-file.ts'

/**
 * How long a server may take to say `100 Continue` or to refuse. eventlet's answer is there before the first byte either way; uwsgi refuses as
 * early but never says 100 (both observed on Glance 25.1), so that waiting costs a good upload there just this once.
 */
const EXPECT_WAIT_MS = 500
const CONNECT_TIMEOUT_MS = 30_000

/**
 * PUT of one file with its length, both digests on the way. node:http is used rather than undici for this one request: its write callback says
 * when the kernel has taken a block, which is when the block may be filled again, and it knows `Expect: 100-continue`.
 */
export async function upload(job: UploadJob, context: JobContext): Promise<UploadResult> {
  if (job.identity.size === 0)
    throw new GlancerError('file-empty', 'An empty file is not sent: it would become an active image without data.')
  const file = await SourceFile.open(job.path, job.identity)
  const ring = new BlockRing(Math.min(BLOCKS, Math.ceil(file.identity.size / BLOCK_SIZE)), BLOCK_SIZE)
  const digester = new Digester(ring, context.digestPorts)
  let put: Put | null = null
  try {
    put = new Put(job, file.identity.size)
    const stop = (): void => put?.destroy()
    context.signal.addEventListener('abort', stop, { once: true })
    context.watch(job.stallTimeoutMs + CONNECT_TIMEOUT_MS, new URL(job.endpoint.url).host)
    await context.waitFor('network', put.ready())
    context.phase('transferring')
    context.watch(job.stallTimeoutMs, new URL(job.endpoint.url).host)
    await sendAll(file, ring, digester, put, context)
    context.calm()
    context.phase('finishing')
    const digests = digester.finish()
    const answer = await context.waitFor('server', put.finish())
    return { kind: 'upload', bytes: file.identity.size, digests: await digests, requestId: answer.requestId, waits: context.waits }
  } catch (error) {
    digester.abandon()
    put?.destroy()
    throw error
  } finally {
    await file.close()
  }
}

async function sendAll(file: SourceFile, ring: BlockRing, digester: Digester, put: Put, context: JobContext): Promise<void> {
  const { size } = file.identity
  const next = readAhead(file, ring, context)
  for (let sent = 0; sent < size; ) {
    const block = await context.waitFor('disk', next())
    ring.hold(block, digester.users + 1)
    digester.feed(block)
    // The last block goes only when the file is still what it was: until then the server waits for bytes, and makes no image.
    if (sent + block.length === size) await file.check()
    let taken = 0
    for (let offset = 0; offset < block.length; ) {
      const end = Math.min(block.length, offset + context.rate.piece(block.length))
      await context.waitFor('rate', context.rate.pass(end - offset))
      const last = end === block.length
      const before = sent
      const drained = put.write(block.bytes.subarray(offset, end), () => {
        taken = end
        context.moved(before + taken)
        if (last) ring.release(block)
      })
      if (drained !== null) await context.waitFor('network', drained)
      offset = end
    }
    sent += block.length
  }
}

/** Reads one block ahead of what is being sent, so that the disk works while the socket does. */
function readAhead(file: SourceFile, ring: BlockRing, context: JobContext): () => Promise<Block> {
  let position = 0
  const read = async (): Promise<Block> => {
    const taken = ring.take()
    const block = taken instanceof Promise ? await context.waitFor('hashing', taken) : taken
    block.length = await file.read(block.bytes, position)
    position += block.length
    return block
  }
  let ahead: Promise<Block> | null = null
  const start = (): Promise<Block> => {
    const reading = read()
    // It is awaited a block later; until then its failure must not count as unhandled.
    reading.catch(() => {})
    return reading
  }
  return async () => {
    const block = await (ahead ?? start())
    ahead = position < file.identity.size ? start() : null
    return block
  }
}

interface Answer {
  requestId: string | null
}

/** The request itself. An answer that comes early, or a connection that breaks, ends whatever is waited for. */
class Put {
  readonly #request: http.ClientRequest
  readonly #url: string
  readonly #answer: Promise<Answer>
  /** Rejects when nothing more can be sent. */
  readonly #broken: Promise<never>
  readonly #continued: Promise<void>
  #sentAll = false

  constructor(job: UploadJob, size: number) {
    this.#url = job.endpoint.url
    const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>()
    const { promise: broken, reject: breakOff } = Promise.withResolvers<never>()
    answer.catch(() => {})
    broken.catch(() => {})
    this.#answer = answer
    this.#broken = broken
    this.#request = request(job.endpoint, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(size),
      'x-openstack-image-size': String(size),
      Accept: 'application/json',
      Expect: '100-continue',
    })
    this.#request.on('response', (response) => {
      void this.#read(response).then(resolve, (error: unknown) => {
        reject(error)
        breakOff(error)
      })
    })
    this.#request.on('error', (error) => {
      const failure = describeNetworkFailure(error, this.#url)
      // An answer that is already here says more than the reset behind it: give it a moment to be read.
      setTimeout(() => {
        reject(failure)
        breakOff(failure)
      }, 50)
    })
    const { promise: continued, resolve: goOn } = Promise.withResolvers<void>()
    this.#continued = continued
    this.#request.on('continue', () => goOn())
    this.#request.on('socket', (socket) => {
      socket.setNoDelay(true)
      // After the last byte a store may be silent for many minutes; this is how a dead peer is noticed then.
      socket.setKeepAlive(true, 30_000)
      const patience = (): void => void setTimeout(goOn, EXPECT_WAIT_MS)
      if (socket.connecting) socket.once(this.#url.startsWith('https:') ? 'secureConnect' : 'connect', patience)
      else patience()
    })
    this.#request.flushHeaders()
  }

  /** Connected, and not refused. */
  async ready(): Promise<void> {
    await Promise.race([this.#continued, this.#broken])
  }

  /** Hands a piece to the socket. The answer is null, or what to wait for before the next one. `taken` is called when the kernel has it. */
  write(piece: Uint8Array, taken: () => void): Promise<void> | null {
    const room = this.#request.write(piece, (error) => {
      if (error == null) taken()
    })
    if (room) return null
    // Not events.once: that one would reject with the bare socket error, before an answer behind it is read.
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#request.once('drain', resolve)
    return Promise.race([promise, this.#broken])
  }

  async finish(): Promise<Answer> {
    this.#sentAll = true
    this.#request.end()
    return await this.#answer
  }

  destroy(): void {
    this.#request.destroy()
  }

  async #read(response: http.IncomingMessage): Promise<Answer> {
    const status = response.statusCode ?? 0
    const body = await readBounded(response)
    if (status >= 200 && status < 300) {
      if (!this.#sentAll) throw new GlancerError('odd-answer', 'The cloud said that it is done before it had all bytes.', { status })
      const id = response.headers['x-openstack-request-id']
      return { requestId: typeof id === 'string' ? id : null }
    }
    throw new Refused(readRefusal(status, response.headers, body))
  }
}

function request(endpoint: Endpoint, headers: Record<string, string>): http.ClientRequest {
  const url = new URL(endpoint.url)
  const secure = url.protocol === 'https:'
  const proxyEnv = endpoint.proxy === undefined ? undefined : { HTTP_PROXY: endpoint.proxy, HTTPS_PROXY: endpoint.proxy }
  const options: https.RequestOptions = {
    method: 'PUT',
    headers: { ...endpoint.headers, ...headers },
    ...(endpoint.tls !== undefined && {
      rejectUnauthorized: endpoint.tls.verify,
      ...(endpoint.tls.ca !== undefined && { ca: endpoint.tls.ca }),
      ...(endpoint.tls.cert !== undefined && { cert: endpoint.tls.cert }),
      ...(endpoint.tls.key !== undefined && { key: endpoint.tls.key }),
    }),
  }
  // One connection for one upload: it is never shared, and never reused after a cut.
  const agent = { keepAlive: false, ...(proxyEnv !== undefined && { proxyEnv }) }
  return secure
    ? https.request(url, { ...options, agent: new https.Agent(agent) })
    : http.request(url, { ...options, agent: new http.Agent(agent) })
}
