import { type FileHandle, open, stat } from 'node:fs/promises'
import { GlancerError } from '../../../shared/errors.ts'
import type { FileIdentity } from './contract.ts'
import { identityOf, isSameFile } from './identity.ts'

/** A local file that is read to be sent or hashed, and that must stay what it was when it was looked at. */
export class SourceFile {
  readonly #handle: FileHandle
  readonly #path: string
  readonly identity: FileIdentity

  private constructor(handle: FileHandle, path: string, identity: FileIdentity) {
    this.#handle = handle
    this.#path = path
    this.identity = identity
  }

  /** @throws GlancerError `file-missing`, `file-unreadable`, `file-changed`. */
  static async open(path: string, expected: FileIdentity | null): Promise<SourceFile> {
    const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
      throw readFailure(error)
    })
    try {
      const found = identityOf(await handle.stat({ bigint: true }))
      if (expected !== null && !isSameFile(found, expected)) throw changed(expected, found)
      return new SourceFile(handle, path, found)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Fills the block from this position, whole unless the file ends. @throws GlancerError `file-changed` when it ends too early. */
  async read(block: Uint8Array, position: number): Promise<number> {
    const wanted = Math.min(block.length, this.identity.size - position)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await this.#handle
        .read(block, filled, wanted - filled, position + filled)
        .catch((error: NodeJS.ErrnoException) => {
          throw readFailure(error)
        })
      if (bytesRead === 0)
        throw new GlancerError('file-changed', 'The file became shorter while it was read.', {
          remedy: 'Let whoever writes it finish, then try again.',
        })
      filled += bytesRead
    }
    return filled
  }

  /** The open file and the one at its path are both still what they were. @throws GlancerError `file-changed`, `file-missing`. */
  async check(): Promise<void> {
    const held = identityOf(await this.#handle.stat({ bigint: true }))
    if (!isSameFile(held, this.identity)) throw changed(this.identity, held)
    const named = await stat(this.#path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT'
        ? new GlancerError('file-missing', 'The file was removed while it was read.', { remedy: 'Put it back, then try again.' })
        : readFailure(error)
    })
    if (!isSameFile(identityOf(named), this.identity)) throw changed(this.identity, identityOf(named))
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

function changed(before: FileIdentity, now: FileIdentity): GlancerError {
  const what =
    now.ino !== before.ino || now.dev !== before.dev
      ? 'was replaced by another'
      : now.size > before.size
        ? 'has grown'
        : now.size < before.size
          ? 'has become shorter'
          : 'was changed'
  return new GlancerError('file-changed', `The file ${what} since it was looked at.`, {
    remedy: 'Let whoever writes it finish, then try again.',
  })
}

function readFailure(error: NodeJS.ErrnoException): GlancerError {
  const facts = { detail: error.message, cause: error }
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new GlancerError('file-missing', 'The file is no longer there.', { ...facts, remedy: 'Put it back, or choose it again.' })
    case 'EACCES':
    case 'EPERM':
      return new GlancerError('file-unreadable', 'You may not read this file.', { ...facts, remedy: 'Look at its permissions.' })
    case 'EIO':
    case 'ENXIO':
    case 'ENODEV':
    case 'ESTALE':
      return new GlancerError('disk-error', 'The disk failed while the file was read.', {
        ...facts,
        remedy: 'Look at the drive and its cable.',
      })
    default:
      return new GlancerError('file-unreadable', 'The file cannot be read.', facts)
  }
}
