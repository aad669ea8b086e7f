import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Transfer } from '../../../../src/shared/domain.ts'
import { type CommandName, commands, type Input, type Output } from '../../../../src/shared/protocol.ts'
import { type ChildAsked, type ChildOptions, childSaysSchema } from './protocol.ts'

type Ask = ChildAsked extends infer A ? (A extends unknown ? Omit<A, 'id'> : never) : never

/** What was asked of it was not answered, since it died meanwhile. Whether it was done is to be seen. */
export class CoreKilled extends Error {}

/** The core in another process. */
export class RemoteCore {
  readonly #child: ChildProcess
  readonly #open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  readonly #exited: Promise<unknown>
  readonly #row: (row: Transfer) => void
  #asked = 0
  #dead = false
  #killed = false
  #errors = ''
  /** Resolves when it is ready; rejects with its reason when it refuses to start. */
  readonly ready: Promise<void>

  constructor(options: ChildOptions, onRow: (row: Transfer) => void) {
    this.#row = onRow
    this.#child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.on('data', (chunk) => {
      this.#errors = (this.#errors + String(chunk)).slice(-4000)
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.ready = promise
    promise.catch(() => {})
    this.#child.on('message', (message) => {
      const said = childSaysSchema.parse(message)
      if (said.kind === 'ready') resolve()
      else if (said.kind === 'refused') reject(new Error(said.message))
      else if (said.kind === 'row') this.#row(said.row)
      else if (said.kind === 'answer') this.#open.get(said.id)?.resolve(said.value)
      else this.#open.get(said.id)?.reject(new Error(said.message))
    })
    // What it said last is heard before it counts as dead.
    this.#exited = Promise.all([once(this.#child, 'close'), once(this.#child, 'disconnect')]).then(() => {
      reject(new CoreKilled(`the core's process has ended: ${this.#errors}`))
      this.#dead = true
      for (const { reject: rejectAsk } of this.#open.values()) rejectAsk(new CoreKilled('the core was killed'))
    })
  }

  get exited(): Promise<unknown> {
    return this.#exited
  }

  /** Null = it ended by a signal, as a crash does. */
  get exitCode(): number | null {
    return this.#child.exitCode
  }

  get errors(): string {
    return this.#errors
  }

  /** It was still alive when `kill` was called: it did not end by itself. */
  get killedFromHere(): boolean {
    return this.#killed
  }

  kill(): void {
    if (this.#dead || this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#killed = this.#child.kill('SIGKILL')
  }

  async ask(ask: Ask): Promise<unknown> {
    const id = ++this.#asked
    return await new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject })
      if (this.#dead) return reject(new CoreKilled('the core was killed'))
      this.#child.send({ ...ask, id }, (error) => {
        // The channel of a dying process breaks a moment before its end is heard of.
        if (error !== null) reject(new CoreKilled(error.message))
      })
    })
  }

  async call<N extends CommandName>(name: N, input: Input<N>): Promise<Output<N>> {
    const answer = await this.ask({ what: 'call', name, input })
    if (typeof answer !== 'object' || answer === null || !('value' in answer)) throw new Error(`${name}: ${JSON.stringify(answer)}`)
    return commands[name].output.parse(answer.value) as Output<N>
  }

  /** Ends it in order. */
  async close(): Promise<void> {
    await this.ask({ what: 'close' })
    await this.#exited
  }
}
