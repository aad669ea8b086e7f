import type { ErrorShape } from '../../shared/errors.ts'
import { CopyButton } from './copy-button.tsx'

interface ErrorFactsProps {
  error: ErrorShape
  leftBehind?: string | null
  extra?: readonly (readonly [label: string, text: string])[]
}

/** An error in its parts: what happened, what the other side said, what is left behind, what to do, the request id. */
export function ErrorFacts({ error, leftBehind, extra = [] }: ErrorFactsProps) {
  return (
    <dl className="dl para facts">
      <dt>What happened</dt>
      <dd>
        {error.message}
        {error.status !== undefined && <span className="t2"> ({error.status})</span>}
      </dd>
      {error.detail !== undefined && (
        <>
          <dt>Its own words</dt>
          <dd className="t2">{error.detail}</dd>
        </>
      )}
      {leftBehind !== undefined && (
        <>
          <dt>Left behind</dt>
          <dd>{leftBehind ?? 'Nothing.'}</dd>
        </>
      )}
      {error.remedy !== undefined && (
        <>
          <dt>What to do</dt>
          <dd>{error.remedy}</dd>
        </>
      )}
      {extra.map(([label, text]) => (
        <div key={label} className="contents">
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
      {error.requestId !== undefined && (
        <>
          <dt>Request</dt>
          <dd>
            <span className="mono">{error.requestId}</span> <CopyButton text={error.requestId} what="request id" />
          </dd>
        </>
      )}
    </dl>
  )
}
