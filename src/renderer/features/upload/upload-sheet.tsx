import { Plus, ServerIcon, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { formatBytes, formatRoughBytes } from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog, Sheet } from '../../components/dialog.tsx'
import { Box } from '../../components/part.tsx'
import { Select } from '../../components/select.tsx'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { bridge } from '../../stores/core.ts'
import { useCloud, useData } from '../../stores/data.ts'
import { openDialog } from '../../stores/ui.ts'
import { QuotaLine } from '../usage/quota-line.tsx'
import { canStart, chooseFiles, closeSheet, setTarget, startUpload, takeOutProblem, uploadable } from './actions.ts'
import { CommonFields } from './common-fields.tsx'
import { type Draft, findingsOf, isEdited, isRefused, useDraft } from './draft.ts'
import { FileRow } from './file-row.tsx'
import { PropertiesDialog } from './properties-dialog.tsx'

export function UploadSheet() {
  const open = useDraft((draft) => draft.open)
  return open ? <OpenSheet /> : null
}

function OpenSheet() {
  const draft = useDraft()
  const cloud = useCloud(draft.cloudId)
  const start = useRef<HTMLButtonElement>(null)
  const [properties, setProperties] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const leave = (): void => {
    // The files of uploads that are just being started are not let go.
    if (draft.starting) return
    if (isEdited(draft)) setLeaving(true)
    else closeSheet()
  }
  const stores = (cloud?.capabilities?.stores.length ?? 0) > 0
  const going = uploadable(draft)
  const ready = canStart(draft)
  // While the files are looked at the button cannot take the focus; it gets it then, unless the person is somewhere already.
  useEffect(() => {
    const at = document.activeElement
    if (ready && (at === null || at === document.body || at.getAttribute('role') === 'dialog')) start.current?.focus()
  }, [ready])
  return (
    <Sheet
      title={`Upload ${plural(draft.items.length + draft.problems.length + (draft.items.length === 0 ? draft.looking : 0), 'file')}`}
      onClose={leave}
      initialFocus={start}
      className={stores ? '' : 'no-stores'}
      head={
        <>
          <span className="t2">to</span>
          <TargetCloud cloudId={draft.cloudId} />
          <span className="grow" />
          {bridge.host === 'web' && (
            <Button kind="quiet" icon={ServerIcon} onClick={() => openDialog({ kind: 'host-files' })}>
              Choose on the host…
            </Button>
          )}
          <Button kind="quiet" icon={Plus} onClick={() => void chooseFiles()}>
            Add files…
          </Button>
          <IconButton icon={X} label="Close" onClick={leave} />
        </>
      }
    >
      <CommonFields draft={draft} cloud={cloud} onProperties={() => setProperties(true)} />
      <div className="fr head" aria-hidden="true">
        <span />
        <span>File</span>
        <span>Image name</span>
        <span>Disk format</span>
        <span>Container</span>
        <span>Visibility</span>
        {stores && <span>Target store</span>}
        <span />
      </div>
      <div className="files">
        {draft.items.map((item) => (
          <FileRow key={item.file.fileId} item={item} cloud={cloud} visibilityOfAll={draft.visibility} storeOfAll={draft.store} />
        ))}
        {draft.problems.map(({ name, problem }) => (
          <ProblemRow key={name} name={name} problem={problem} />
        ))}
        {draft.looking > 0 && (
          <div className="foot small t2" role="status">
            <Shape name="spinner" /> Looking at {plural(draft.looking, 'file')}
          </div>
        )}
      </div>
      <div className="sheet-foot">
        <Summary draft={draft} />
        <Button disabled={draft.starting} onClick={leave}>
          Cancel
        </Button>
        <Button ref={start} kind="primary" disabled={!ready} onClick={() => void startUpload()}>
          {draft.starting ? 'Starting…' : `Upload ${plural(going.length, 'file')}`}
        </Button>
      </div>
      {leaving && <LeaveDialog onStay={() => setLeaving(false)} />}
      {properties && <PropertiesDialog onClose={() => setProperties(false)} />}
    </Sheet>
  )
}

/** What was set by hand is not given up by one key. */
function LeaveDialog({ onStay }: { onStay(): void }) {
  const stay = useRef<HTMLButtonElement>(null)
  return (
    <Dialog title="Leave this upload?" onClose={onStay} over initialFocus={stay}>
      <p>Nothing was sent. The names, formats and tags that you set here are given up; the files stay where they are.</p>
      <div className="btns">
        <Button onClick={closeSheet}>Leave</Button>
        <Button ref={stay} kind="primary" onClick={onStay}>
          Keep editing
        </Button>
      </div>
    </Dialog>
  )
}

function TargetCloud({ cloudId }: { cloudId: string | null }) {
  const clouds = useData((data) => data.clouds)
  const target = clouds.find((cloud) => cloud.id === cloudId)
  const place = [target?.region, target?.project].filter((part) => part !== null && part !== undefined).join(' / ')
  return (
    <Select
      label="Target cloud"
      className="to-cloud"
      value={cloudId ?? ''}
      choices={clouds.map((cloud) => ({
        value: cloud.id,
        label: cloud.name,
        aside: cloud.state.kind === 'signed-in' ? undefined : 'not signed in',
        disabled: cloud.state.kind !== 'signed-in',
      }))}
      onChange={setTarget}
      shown={
        <>
          <b className="medium">{target?.name ?? 'no cloud is signed in'}</b>
          {place !== '' && <> &nbsp;{place}</>}
        </>
      }
    />
  )
}

function ProblemRow({ name, problem }: { name: string; problem: string }) {
  return (
    <Box className="file refused" role="group" aria-label={name}>
      <div className="fr">
        <Shape name="stop" tone="danger" />
        <div className="who">
          <div className="cut">{name}</div>
          <div className="small cut">{problem}</div>
        </div>
        <span className="small t2 wont">Will not be uploaded</span>
        <IconButton small icon={X} label="Take out of this upload" onClick={() => takeOutProblem(name)} />
      </div>
    </Box>
  )
}

function Summary({ draft }: { draft: Draft }) {
  const freeBytes = useData((data) => data.freeBytes)
  const builtIn = useCloud(draft.cloudId)?.kind === 'built-in'
  const going = uploadable(draft)
  const bytes = going.reduce((sum, item) => sum + item.file.size, 0)
  const all = draft.items.length + draft.problems.length
  const warned = going.filter((item) => findingsOf(item).some((finding) => finding.severity === 'warn'))
  const first = warned[0]
  return (
    <div className="grow" aria-live="polite">
      <div>
        <span className="medium">
          {going.length === all ? plural(all, 'file') : `${going.length} of ${plural(all, 'file')}`}, {formatBytes(bytes)}
        </span>
        {builtIn && freeBytes !== null && (
          <span className={bytes > freeBytes ? 'danger' : 't2'}>
            {' '}
            ·{' '}
            {bytes > freeBytes
              ? `more than the ${formatRoughBytes(freeBytes)} of disk that are free`
              : `${formatRoughBytes(freeBytes - bytes)} of disk left afterwards`}
          </span>
        )}
        {draft.cloudId !== null && !builtIn && (
          <>
            {' '}
            <QuotaLine cloudId={draft.cloudId} images={going.length} bytes={bytes} lead="· " />
          </>
        )}
      </div>
      <div className="small t2">
        {draft.staging === null
          ? 'Every byte is checked with MD5 + SHA-512 while it is sent.'
          : 'Hashed while it is sent; compared after the cloud has imported it, unless it converts it.'}
        {first !== undefined &&
          ` ${plural(warned.length, 'open warning')}: ${shortened(first.name)} goes up as ${first.diskFormat}${warned.length > 1 ? ', and others' : ''}.`}
        {draft.items.some(isRefused) && going.length === 0 && ' Nothing here can be uploaded as it is.'}
      </div>
    </div>
  )
}

/** The two ends of a long name: enough to tell which one it is. */
function shortened(name: string): string {
  const characters = [...name]
  return characters.length <= 48 ? name : `${characters.slice(0, 28).join('')}…${characters.slice(-16).join('')}`
}
