import type { Strikes } from '../faults.ts'
import type { Exchange } from '../http/exchange.ts'
import type { ServiceState } from '../service-state.ts'

/** One request as a handler gets it. `params` are the variable parts of the path, decoded, in order. */
export interface Call {
  state: ServiceState
  exchange: Exchange
  params: readonly string[]
  /** What a test wants to go wrong. */
  strikes: Strikes
}

export type Handler = (call: Call) => void | Promise<void>

/** The n-th variable part of the path; the routes see to it that there is one. */
export function param(call: Call, index: number): string {
  return call.params[index] ?? ''
}
