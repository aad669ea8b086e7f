import { randomUUID } from 'node:crypto'
import type { Secret } from './cloud-config.ts'

/** A file may name many clouds, and a text that is typed is read again and again. */
const MOST_KEPT = 5000

/** Secrets that came with a pasted or opened text, until the cloud is saved: the page has only their ids. In memory, and not for ever. */
export class FoundSecrets {
  readonly #secrets = new Map<string, Secret>()

  add(secret: Secret): string {
    const id = randomUUID()
    this.#secrets.set(id, secret)
    const [oldest] = this.#secrets.keys()
    if (this.#secrets.size > MOST_KEPT && oldest !== undefined) this.#secrets.delete(oldest)
    return id
  }

  get(id: string): Secret | null {
    return this.#secrets.get(id) ?? null
  }

  forget(id: string): void {
    this.#secrets.delete(id)
  }
}
