import { type ErrorShape, toErrorShape } from '../../shared/errors.ts'
import type { CommandName, Input, Output } from '../../shared/protocol.ts'
import { bridge } from '../bridge/index.ts'
import { toastFailure } from '../components/toasts.tsx'
import { Feed } from './feed.ts'

export { bridge }
export const feed = new Feed(bridge)

/** Asks the core, and shows a failure as a toast; null then. For actions that have no place of their own to say it. */
export async function ask<N extends CommandName>(name: N, input: Input<N>): Promise<Output<N> | null> {
  try {
    return await bridge.call(name, input)
  } catch (thrown) {
    toastFailure(sentence(toErrorShape(thrown)))
    return null
  }
}

/** An error in one line: what happened and what to do. */
export function sentence(error: ErrorShape): string {
  return error.remedy === undefined ? error.message : `${error.message} ${error.remedy}`
}
