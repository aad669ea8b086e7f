import { GlancerError } from '../../../shared/errors.ts'
import { type Answer, commands, type Delta, isCommandName } from '../../../shared/protocol.ts'
import type { App, FileIntake } from '../../ports.ts'

/** An app of nothing but the contract: it parses as the core does and echoes what it parsed. */
export class FakeApp implements App {
  readonly calls: { name: string; input: unknown }[] = []
  readonly received: { fileId: string; part: string; bytes: number; largestChunk: number }[] = []
  readonly #listeners = new Set<(delta: Delta) => void>()
  transfers: ReturnType<App['running']> = []
  /** What happened to it from outside, in order. */
  readonly told: string[] = []
  /** Set to make `call` wait. */
  gate: Promise<void> = Promise.resolve()

  files: FileIntake = {
    addPaths: async (paths) => paths.map((path) => ({ fileId: `file-${path.length}` })),
    handOver: async (paths) => void this.told.push(...paths.map((path) => `file ${path}`)),
    receive: async (fileId, part, bytes) => {
      if (fileId === 'unknown') throw new GlancerError('file-missing', 'Glancer does not know this file any more.')
      const seen = { fileId, part, bytes: 0, largestChunk: 0 }
      for await (const chunk of bytes) {
        seen.bytes += chunk.byteLength
        seen.largestChunk = Math.max(seen.largestChunk, chunk.byteLength)
      }
      this.received.push(seen)
    },
  }

  async call(name: unknown, input: unknown): Promise<Answer<unknown>> {
    await this.gate
    if (!isCommandName(name)) return { ok: false, error: { code: 'unknown-command', message: 'There is no such command.' } }
    const parsed = commands[name].input.safeParse(input)
    if (!parsed.success) return { ok: false, error: { code: 'bad-argument', message: 'That is not what this command takes.' } }
    this.calls.push({ name, input: parsed.data })
    return { ok: true, value: { echo: parsed.data } }
  }

  onDelta(listener: (delta: Delta) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(delta: Delta): void {
    for (const listener of this.#listeners) listener(delta)
  }

  running(): ReturnType<App['running']> {
    return this.transfers
  }

  setPower(event: 'suspend' | 'resume'): void {
    this.told.push(event)
  }

  setOnline(online: boolean): void {
    this.told.push(online ? 'online' : 'offline')
  }

  async close(): Promise<void> {
    this.told.push('close')
  }
}
