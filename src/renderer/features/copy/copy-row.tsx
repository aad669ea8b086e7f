import { clsx } from 'clsx'
import type { CopyPlan } from '../../../shared/copy-protocol.ts'
import { type Finding, visibilitySchema } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { MiddleText } from '../../components/middle-text.tsx'
import { Box } from '../../components/part.tsx'
import { Select } from '../../components/select.tsx'
import { Shape } from '../../components/shape.tsx'
import { useImage } from '../../stores/data.ts'
import { imageLabel } from '../images/image-label.ts'
import { type Choice, isRefused, nameProblem, takenAlong } from './copy-choice.ts'

interface CopyRowProps {
  cloudId: string
  plan: CopyPlan
  choice: Choice
  onChoose(choice: Choice): void
  /** What stays behind is shown at once. */
  open: boolean
}

/** One image of the sheet: what it is called there, what goes along and what does not, and what is to be said about it. */
export function CopyRow({ cloudId, plan, choice, onChoose, open }: CopyRowProps) {
  const image = useImage(cloudId, plan.imageId)
  const label = image === undefined ? plan.fields.name : imageLabel(image)
  const refused = isRefused(plan)
  const warned = plan.findings.some(({ severity }) => severity === 'warn')
  const { name, visibility } = { ...plan.fields, ...choice }
  const problem = nameProblem(name)
  return (
    <Box className={clsx('file', refused && 'refused')} role="group" aria-label={label}>
      <div className="cr">
        {refused ? <Shape name="stop" tone="danger" /> : warned ? <Shape name="triangle" tone="warn" /> : <Shape name="tick" tone="t2" />}
        <div className="who">
          <MiddleText text={label} />
          <div className="small cut">
            {plan.size !== null && <>{formatBytes(plan.size)}, </>}
            {takenAlong(plan)}
          </div>
        </div>
        {refused ? (
          <span className="small t2 wont">Will not be copied</span>
        ) : (
          <>
            <input
              className={problem === null ? 'field' : 'field bad'}
              aria-label={`Name of ${label} there`}
              aria-invalid={problem !== null}
              title={problem ?? name}
              value={name}
              spellCheck={false}
              onChange={(event) => onChoose({ name: event.target.value })}
            />
            <Select
              label={`Visibility of ${label} there`}
              value={visibility}
              className={choice.visibility === undefined ? 'inherit' : undefined}
              choices={visibilitySchema.options.map((value) => ({ value, label: value }))}
              onChange={(value) => onChoose({ visibility: visibilitySchema.parse(value) })}
            />
          </>
        )}
      </div>
      {problem !== null && !refused && (
        <div className="hint danger">
          <Shape name="stop" /> {problem}
        </div>
      )}
      {plan.findings.map((finding) => (
        <FindingBox key={finding.title} finding={finding} />
      ))}
      {plan.leftOut.length > 0 && !refused && (
        <details className="stays" open={open}>
          <summary>{plan.leftOut.length === 1 ? '1 thing stays behind' : `${plan.leftOut.length} things stay behind`}</summary>
          <dl>
            {plan.leftOut.map((left) => (
              <div key={left.name} className="contents">
                <dt className="mono cut" title={left.name}>
                  {left.name}
                </dt>
                <dd className="t2">{left.why}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </Box>
  )
}

export function FindingBox({ finding }: { finding: Finding }) {
  const kind = finding.severity === 'refuse' ? 'danger' : finding.severity
  return (
    <div className={`finding ${kind}`} role={kind === 'note' ? undefined : 'alert'}>
      <div>
        <p>{finding.title}</p>
        {finding.detail !== '' && <p className="more">{finding.detail}</p>}
      </div>
    </div>
  )
}
