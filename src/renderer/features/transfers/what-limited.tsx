import type { Limit } from '../../../shared/domain.ts'
import { formatDuration } from '../../../shared/units.ts'
import { upperFirst } from '../../lib/text.ts'
import { limitSentence, limitShares } from './limits.ts'

/** What limited a transfer: a sentence, and a strip in the order of time in which the main cause stands out. */
export function WhatLimited({ limits, running }: { limits: readonly Limit[]; running: boolean }) {
  const sentence = limitSentence(limits)
  const [main] = limitShares(limits)
  if (sentence === null || main === undefined) return null
  const total = limits.reduce((sum, { seconds }) => sum + seconds, 0)
  const starts = limits.map((_, n) => limits.slice(0, n).reduce((sum, { seconds }) => sum + seconds, 0))
  return (
    <div className="limited">
      <h3>
        What limited it{running && ' so far'} <span className="t2 font-normal">{formatDuration(total)}</span>
      </h3>
      <svg viewBox={`0 0 ${total} 1`} width="100%" height="4" preserveAspectRatio="none" aria-hidden="true">
        {limits.map(({ cause, seconds }, n) => (
          <rect key={starts[n]} x={starts[n]} width={seconds} height="1" className={cause === main.cause ? 'lim-main' : 'lim-other'}>
            <title>{`${cause}, ${formatDuration(seconds)}`}</title>
          </rect>
        ))}
      </svg>
      <p className="small t2">{upperFirst(sentence)}</p>
    </div>
  )
}
