/** What the preload puts on `window.glancer`; only functions and plain data cross the isolated world. */
export interface PreloadBridge {
  /** Answers with an `Answer` (see `protocol.ts`); a command or an argument that the table does not allow comes back as its error. */
  call(name: string, input: unknown): Promise<unknown>
  /** Deltas as they come; the page parses them. Returns the way out. */
  onDelta(listener: (delta: unknown) => void): () => void
  /** Tells the main process the path of each dropped file and gives back `DroppedFile`s; a path never reaches the page. */
  addFiles(files: readonly File[]): Promise<unknown>
}
