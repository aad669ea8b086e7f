import type { RangePlan } from './contract.ts'
import type { JobContext } from './job-context.ts'

export const USUAL_PLAN: RangePlan = { connections: 4, worthBytes: 128 * 1024 * 1024, watchMs: 1500 }

/** Where so much of the time goes into waiting for bytes, this side could take more. */
const STARVED = 0.7

/**
 * Watches one connection, and says when a second one is worth trying: this side waits for the network most of the time, nobody has set a cap,
 * and enough is missing. On a path with delay one connection is held back by its window, and on a busy one by its share.
 */
export class SplitGauge {
  readonly #plan: RangePlan
  readonly #size: number
  readonly #context: JobContext
  #from: { at: number; network: number; bytes: number } | null = null
  /** Bytes a second, over the last time that was watched. */
  rate = 0

  constructor(plan: RangePlan, size: number, context: JobContext) {
    this.#plan = plan
    this.#size = size
    this.#context = context
  }

  /** @param taken bytes of the image that are here. */
  isWorthSplitting(taken: number): boolean {
    const now = performance.now()
    const { network } = this.#context.waits
    const from = this.#from
    if (from === null) {
      this.#from = { at: now, network, bytes: taken }
      return false
    }
    const span = now - from.at
    if (span < this.#plan.watchMs) return false
    this.#from = { at: now, network, bytes: taken }
    this.rate = ((taken - from.bytes) * 1000) / span
    return (network - from.network) / span > STARVED && !this.#context.rate.isSet && this.#size - taken >= this.#plan.worthBytes
  }
}
