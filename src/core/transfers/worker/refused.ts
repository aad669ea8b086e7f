import type { Refusal } from '../../../shared/refusal.ts'

/** The server answered, but not with what was asked for. */
export class Refused extends Error {
  readonly refusal: Refusal
  /** What a download learnt of Range on the way; null = nothing. */
  readonly rangeWorked: boolean | null

  constructor(refusal: Refusal, rangeWorked: boolean | null = null) {
    super(refusal.error.message)
    this.refusal = refusal
    this.rangeWorked = rangeWorked
  }
}
