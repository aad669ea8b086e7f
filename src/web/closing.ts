/** One Ctrl-C under `npm start` arrives up to three times: from the terminal, through npm, and through the start script. */
const SAME_WISH_MS = 500

/**
 * Ends the process in order on the first Ctrl-C (or `kill`, or a closed terminal), and at once on the second. Transfers stop at a point from
 * which they go on at the next start; that may take a moment.
 *
 * @param steps run one after the other; one that fails is reported and does not keep the next from its turn
 */
export function closeInOrder(steps: readonly (() => Promise<void>)[]): void {
  let since: number | null = null
  const close = async (signal: NodeJS.Signals): Promise<void> => {
    const now = performance.now()
    if (since !== null) {
      if (now - since < SAME_WISH_MS) return
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    since = now
    let code = 0
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
        code = 1
      }
    }
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, close)
}
