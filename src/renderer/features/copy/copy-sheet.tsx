import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { CopyPlan } from '../../../shared/copy-protocol.ts'
import { visibilitySchema } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Sheet } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Select } from '../../components/select.tsx'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { ask } from '../../stores/core.ts'
import { useCloud, useData } from '../../stores/data.ts'
import { closeDialog, closeIfStill, useUi } from '../../stores/ui.ts'
import { type Choice, type Choices, isRefused, itemsOf } from './copy-choice.ts'
import { CopyRow, FindingBox } from './copy-row.tsx'

interface CopySheetProps {
  cloudId: string
  imageIds: readonly string[]
  /** Where to, if that was said already: by a drop on a cloud. */
  to: string | null
}

/** Images of one cloud on their way to another: what they will be there, what stays behind, and what speaks against it. */
export function CopySheet({ cloudId, imageIds, to }: CopySheetProps) {
  const [toCloudId, setTo] = useState(to)
  const from = useCloud(cloudId)
  return (
    <Sheet
      title={`Copy ${plural(imageIds.length, 'image')}`}
      onClose={closeDialog}
      className="copy-sheet"
      head={
        <>
          <span className="t2">from</span>
          <b className="medium cut">{from?.name ?? 'a cloud that is gone'}</b>
          <span className="t2">to</span>
          <TargetCloud fromCloudId={cloudId} toCloudId={toCloudId} onChange={setTo} />
          <span className="grow" />
          <IconButton icon={X} label="Close" onClick={closeDialog} />
        </>
      }
    >
      {toCloudId === null ? (
        <div className="copy-empty t2">
          <p>Choose where they shall go. Nothing is copied yet: names and what stays behind come first.</p>
        </div>
      ) : (
        // Another cloud is another plan: what was set by hand for the one does not hold for the other.
        <Planned key={toCloudId} fromCloudId={cloudId} toCloudId={toCloudId} imageIds={imageIds} focuses={toCloudId === to} />
      )}
    </Sheet>
  )
}

function TargetCloud({ fromCloudId, toCloudId, onChange }: { fromCloudId: string; toCloudId: string | null; onChange(id: string): void }) {
  const clouds = useData((data) => data.clouds)
  const target = clouds.find((cloud) => cloud.id === toCloudId)
  const place = [target?.region, target?.project].filter((part) => part !== null && part !== undefined).join(' / ')
  return (
    <Select
      label="Target cloud"
      className="to-cloud"
      value={toCloudId ?? ''}
      choices={clouds
        .filter(({ id }) => id !== fromCloudId)
        .map(({ id, name, state, project }) => ({
          value: id,
          label: name,
          aside: state.kind === 'signed-in' ? (project ?? undefined) : 'signs in first',
        }))}
      onChange={onChange}
      shown={
        <>
          <b className="medium">{target?.name ?? 'Choose a cloud'}</b>
          {place !== '' && <> &nbsp;{place}</>}
        </>
      }
    />
  )
}

interface PlannedProps {
  fromCloudId: string
  toCloudId: string
  imageIds: readonly string[]
  /** With the target said before, the next thing to do is to begin. */
  focuses: boolean
}

function Planned({ fromCloudId, toCloudId, imageIds, focuses }: PlannedProps) {
  const { value: plan, error, again } = useAsked('copies.plan', { fromCloudId, toCloudId, imageIds: [...imageIds] })
  const [choices, setChoices] = useState<Choices>({})
  const [starting, setStarting] = useState(false)
  const to = useCloud(toCloudId)?.name ?? ''
  const begin = useRef<HTMLButtonElement>(null)
  const ready = plan !== null
  useEffect(() => {
    if (ready && focuses) begin.current?.focus()
  }, [ready, focuses])
  if (error !== null)
    return (
      <div className="copy-empty" role="alert">
        <ErrorFacts error={error} />
        <Button onClick={again}>Try again</Button>
      </div>
    )
  if (plan === null)
    return (
      <div className="copy-empty t2" role="status">
        <p className="status">
          <Shape name="spinner" /> Asking {to} what it takes…
        </p>
      </div>
    )
  const items = itemsOf(plan.images, choices)
  const going = plan.images.filter((each) => !isRefused(each))
  const choose = (imageId: string, choice: Choice): void => setChoices((all) => ({ ...all, [imageId]: { ...all[imageId], ...choice } }))
  const start = async (): Promise<void> => {
    if (items === null) return
    setStarting(true)
    const { dialog } = useUi.getState()
    const started = await ask('copies.start', { fromCloudId, toCloudId, items })
    setStarting(false)
    if (started === null) return
    closeIfStill(dialog)
    useUi.setState({ trayFolded: false })
  }
  return (
    <>
      {plan.findings.map((finding) => (
        <FindingBox key={finding.title} finding={finding} />
      ))}
      <div className="cr head" aria-hidden="true">
        <span />
        <span>Image</span>
        <span>Name in {to}</span>
        <span>
          {going.length > 1 ? (
            <Select
              label="Visibility of all"
              value=""
              shown="Visibility of all"
              choices={visibilitySchema.options.map((value) => ({ value, label: value }))}
              onChange={(value) => {
                for (const { imageId } of going) choose(imageId, { visibility: visibilitySchema.parse(value) })
              }}
            />
          ) : (
            'Visibility'
          )}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard */}
      <section className="files" aria-label="Images to copy" tabIndex={0}>
        {plan.images.map((each) => (
          <CopyRow
            key={each.imageId}
            cloudId={fromCloudId}
            plan={each}
            choice={choices[each.imageId] ?? {}}
            onChoose={(choice) => choose(each.imageId, choice)}
            open={plan.images.length === 1}
          />
        ))}
      </section>
      <div className="sheet-foot">
        <Summary plans={plan.images} going={going} />
        <Button onClick={closeDialog}>Cancel</Button>
        <Button ref={begin} kind="primary" disabled={items === null || items.length === 0 || starting} onClick={() => void start()}>
          {starting ? 'Starting…' : `Copy ${plural(going.length, 'image')}`}
        </Button>
      </div>
    </>
  )
}

function Summary({ plans, going }: { plans: readonly CopyPlan[]; going: readonly CopyPlan[] }) {
  const bytes = going.reduce((sum, { size }) => sum + (size ?? 0), 0)
  return (
    <div className="grow" aria-live="polite">
      <div className="medium">
        {going.length === plans.length ? plural(plans.length, 'image') : `${going.length} of ${plural(plans.length, 'image')}`},{' '}
        {formatBytes(bytes)}
      </div>
      <div className="small t2">
        {going.length === 0
          ? 'Nothing here can be copied as it is.'
          : 'The bytes pass through this computer, touch no disk, and are compared with both clouds.'}
      </div>
    </div>
  )
}
