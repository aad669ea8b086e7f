import type { CommandName, Delta, Input, Output } from '../../shared/protocol.ts'

/** `waiting`: the host went away, and the bridge tries again by itself. */
export type ConnectionState = 'connected' | 'waiting' | 'refused'

/** A file or folder that the person dropped or chose, or why it cannot be taken. */
export type DroppedFile = { fileId: string } | { name: string; problem: string }

/**
 * All that the page knows of its host. Two implementations: over Electron's IPC, and over the web host's socket. A failed call rejects with
 * a `GlancerError`.
 */
export interface Bridge {
  readonly host: 'electron' | 'web'
  call<N extends CommandName>(name: N, input: Input<N>): Promise<Output<N>>
  /** Deltas in order. Subscribe first, then ask for the snapshot, and drop what is older than its `seq`. Returns the way out. */
  onDelta(listener: (delta: Delta) => void): () => void
  onConnection(listener: (state: ConnectionState) => void): () => void
  /**
   * Makes file ids of what was dropped, or picked in an `<input type=file>`; folders are walked. In Electron by path; in the web host the
   * file's head goes to the host at once, so that it can be looked at.
   */
  addDropped(files: readonly File[] | DataTransfer): Promise<DroppedFile[]>
  /** Web host: sends the rest of the bytes of dropped files whose upload was started. Electron: nothing to do. */
  sendBodies(fileIds: readonly string[]): void
}
