import { useCallback, useEffect, useRef, useState } from 'react'
import { type ErrorShape, toErrorShape } from '../../shared/errors.ts'
import type { CommandName, Input, Output } from '../../shared/protocol.ts'
import { bridge } from '../stores/core.ts'

export interface Asked<T> {
  /** The last answer for this question; stays while it is asked again. */
  value: T | null
  /** Why the last try failed. */
  error: ErrorShape | null
  asking: boolean
  again(): void
}

/** Asks the core, and again whenever the question or `version` changes. What comes late, for a question that is no longer asked, is dropped. */
export function useAsked<N extends CommandName>(name: N, input: Input<N>, version: unknown = null): Asked<Output<N>> {
  const question = JSON.stringify(input)
  const [state, setState] = useState<{ question: string; value: Output<N> | null; error: ErrorShape | null; asking: boolean }>({
    question,
    value: null,
    error: null,
    asking: true,
  })
  const [round, setRound] = useState(0)
  const asked = useRef(input)
  asked.current = input
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` and `version` only say when to ask again
  useEffect(() => {
    let current = true
    const take = (part: { value?: Output<N>; error: ErrorShape | null }): void => {
      if (!current) return
      setState((before) => ({
        question,
        value: part.value ?? (before.question === question ? before.value : null),
        error: part.error,
        asking: false,
      }))
    }
    setState((before) => ({ question, value: before.question === question ? before.value : null, error: null, asking: true }))
    bridge.call(name, asked.current).then(
      (value) => take({ value, error: null }),
      (thrown: unknown) => take({ error: toErrorShape(thrown) }),
    )
    return () => {
      current = false
    }
  }, [name, question, round, version])
  const again = useCallback(() => setRound((count) => count + 1), [])
  return state.question === question ? { ...state, again } : { value: null, error: null, asking: true, again }
}
