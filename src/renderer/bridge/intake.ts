import { toErrorShape } from '../../shared/errors.ts'
import type { DroppedFile } from './bridge.ts'

const HEAD_BYTES = 1024 * 1024
const TAIL_BYTES = 64 * 1024
const BODIES_AT_ONCE = 3

interface Announced {
  name: string
  size: number
  modifiedAt: number
}

/** Files that the browser has: their ends go to the host at once, to be looked at; their whole bytes once their upload was started. */
export class Intake {
  readonly #announce: (file: Announced) => Promise<{ fileId: string }>
  /** Tells the host that the bytes of this file will not come. */
  readonly #giveUp: (fileId: string) => void
  readonly #files = new Map<string, File>()
  readonly #waiting: string[] = []
  #sending = 0

  constructor(announce: (file: Announced) => Promise<{ fileId: string }>, giveUp: (fileId: string) => void) {
    this.#announce = announce
    this.#giveUp = giveUp
  }

  /** Announces the files and sends their heads and tails. A file that cannot be read comes back with its problem. */
  async add(files: readonly File[]): Promise<DroppedFile[]> {
    const added: DroppedFile[] = []
    for (const file of files) {
      try {
        const { fileId } = await this.#announce({ name: file.name, size: file.size, modifiedAt: file.lastModified })
        if (file.size > 0) {
          await put(fileId, 'head', file.slice(0, HEAD_BYTES))
          await put(fileId, 'tail', file.slice(Math.max(0, file.size - TAIL_BYTES)))
        }
        this.#files.set(fileId, file)
        added.push({ fileId })
      } catch (thrown) {
        added.push({ name: file.name, problem: toProblem(thrown) })
      }
    }
    return added
  }

  /** Sends the bytes of these files, a few at a time, each as a stream from the disk. The core tells of each one's fate at its transfer. */
  sendBodies(fileIds: readonly string[]): void {
    this.#waiting.push(...fileIds.filter((id) => this.#files.has(id)))
    this.#pump()
  }

  #pump(): void {
    while (this.#sending < BODIES_AT_ONCE) {
      const fileId = this.#waiting.shift()
      const file = fileId === undefined ? undefined : this.#files.get(fileId)
      if (fileId === undefined || file === undefined) return
      this.#sending++
      put(fileId, 'body', file)
        // An answer of the host is known there; what failed here is not.
        .catch((thrown: unknown) => {
          if (!(thrown instanceof NotTaken)) this.#giveUp(fileId)
        })
        .finally(() => {
          this.#sending--
          this.#pump()
        })
    }
  }
}

async function put(fileId: string, part: 'head' | 'tail' | 'body', body: Blob): Promise<void> {
  const answer = await fetch(`/intake/${encodeURIComponent(fileId)}?part=${part}`, { method: 'PUT', body })
  if (!answer.ok) throw new NotTaken(`The host did not take it (${answer.status}).`)
}

class NotTaken extends Error {}

function toProblem(thrown: unknown): string {
  // Chromium's words for a file that went away or may not be read.
  if (thrown instanceof TypeError || (thrown instanceof DOMException && thrown.name === 'NotReadableError'))
    return 'The browser cannot read it.'
  return toErrorShape(thrown).detail ?? toErrorShape(thrown).message
}
