import type { ErrorShape } from '../../../shared/errors.ts'
import { plural } from '../../lib/plural.ts'

/** What became of one image of an action. */
export interface Outcome {
  id: string
  /** What the image is called. */
  label: string
  error: ErrorShape | null
}

/** All of one action: the words that say it, and what became of each image. */
export interface Summary {
  /** `protected`, `copied to slow`: what happened to those that it worked for. */
  done: string
  outcomes: readonly Outcome[]
}

export function failuresOf({ outcomes }: Summary): (Outcome & { error: ErrorShape })[] {
  return outcomes.flatMap((outcome) => (outcome.error === null ? [] : [{ ...outcome, error: outcome.error }]))
}

/** One line for all: `cirros protected`, `5 images protected`, `3 of 5 images protected, 2 not`. */
export function summaryLine(summary: Summary): string {
  const { done, outcomes } = summary
  const failed = failuresOf(summary).length
  const good = outcomes.length - failed
  const only = outcomes.length === 1 ? outcomes[0] : undefined
  if (only !== undefined) return failed === 0 ? `${only.label} ${done}` : `${only.label} was not ${done}`
  if (failed === 0) return `${plural(good, 'image')} ${done}`
  return good === 0
    ? `None of ${plural(failed, 'image')} was ${done}`
    : `${good.toLocaleString('en-US')} of ${plural(outcomes.length, 'image')} ${done}`
}

/** Failures with the same words, together: the largest group first. */
export function groupFailures(summary: Summary): { error: ErrorShape; outcomes: Outcome[] }[] {
  const groups = new Map<string, { error: ErrorShape; outcomes: Outcome[] }>()
  for (const { error, ...outcome } of failuresOf(summary)) {
    const key = `${error.code} ${error.message}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { error, outcomes: [{ ...outcome, error }] })
    else group.outcomes.push({ ...outcome, error })
  }
  return [...groups.values()].sort((a, b) => b.outcomes.length - a.outcomes.length)
}
