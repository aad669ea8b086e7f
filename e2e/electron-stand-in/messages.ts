/** Names that this document's two worlds and the main process share, new for each window. */
export interface Names {
  /** The function of the debugging protocol that carries text to the main process. */
  binding: string
  /** Where the main process puts text in, and where it finds files whose paths are wanted. */
  receive: string
  files: string
}

/** To the main process. */
export type FromPage =
  | { kind: 'invoke'; id: number; channel: string; args: string }
  | { kind: 'send'; channel: string; args: string }
  | { kind: 'paths'; token: number; count: number }

/** From the main process. `value` and `args` are texts of the codec. */
export type ToPage =
  | { kind: 'answer'; id: number; value: string }
  | { kind: 'refusal'; id: number; message: string }
  | { kind: 'event'; channel: string; args: string }
  | { kind: 'paths'; token: number; paths: string[] }
