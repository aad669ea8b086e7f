import { X } from 'lucide-react'
import { type RefObject, useId, useRef, useState } from 'react'
import { type Cloud, type ImageFields, type Visibility, visibilitySchema } from '../../../shared/domain.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Dialog, Sheet } from '../../components/dialog.tsx'
import { Select } from '../../components/select.tsx'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { ask } from '../../stores/core.ts'
import { useCloud } from '../../stores/data.ts'
import { closeDialog, closeIfStill, useUi } from '../../stores/ui.ts'
import { visibilityChoices } from '../upload/choices.ts'
import { QuotaLine } from '../usage/quota-line.tsx'
import { type Edit, rowsFrom, type Source } from './import-draft.ts'
import { ImportRowFields } from './import-row.tsx'
import { RegionField } from './region-field.tsx'
import { choiceProblem, leaveItToTheCloud, TargetStores, targetOf } from './target-stores.tsx'

/** Has the cloud fetch images by itself: from addresses, or from another of its regions. */
export function ImportSheet({ cloudId }: { cloudId: string }) {
  const cloud = useCloud(cloudId)
  const offered = sourcesOf(cloud)
  const [source, setSource] = useState<Source>(offered[0] ?? 'web-download')
  const [text, setText] = useState('')
  const [region, setRegion] = useState('')
  const [edits, setEdits] = useState<ReadonlyMap<string, Edit>>(new Map())
  const [visibility, setVisibility] = useState<Visibility>('private')
  const [protect, setProtect] = useState(false)
  const [stores, setStores] = useState(leaveItToTheCloud)
  const [starting, setStarting] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const first = useRef<HTMLTextAreaElement>(null)
  const rows = rowsFrom(text, source, edits)
  const good = rows.filter((row) => row.problem === null)
  const missing = choiceProblem(stores) ?? (source === 'glance-download' && region.trim() === '' ? 'Name the region.' : null)
  const ready = good.length > 0 && good.length === rows.length && missing === null && !starting
  const leave = (): void => (text.trim() === '' || starting ? closeDialog() : setLeaving(true))
  const edit = (line: string, change: Edit): void => setEdits((now) => new Map(now).set(line, { ...now.get(line), ...change }))

  const start = async (): Promise<void> => {
    if (!ready) return
    setStarting(true)
    const { dialog } = useUi.getState()
    const items = good.map((row) => {
      const fields: ImageFields = {
        name: row.name.trim(),
        diskFormat: row.diskFormat ?? '',
        containerFormat: row.containerFormat,
        visibility,
        protected: protect,
        tags: [],
        properties: {},
        minDisk: 0,
        minRam: 0,
        store: null,
      }
      return source === 'web-download'
        ? { method: source, uri: row.line, fields }
        : { method: source, region: region.trim(), imageId: row.line, fields }
    })
    const begun = await ask('imports.start', { cloudId, items, target: targetOf(stores) })
    setStarting(false)
    if (begun === null) return
    closeIfStill(dialog)
    useUi.setState({ cloudId, trayFolded: false })
  }

  return (
    <Sheet
      title={source === 'web-download' ? 'Import from URL' : 'Import from another region'}
      onClose={leave}
      initialFocus={first}
      className="import-sheet"
      head={
        <>
          <span className="t2">
            to <b className="medium">{cloud?.name}</b>
          </span>
          <span className="grow" />
          <IconButton icon={X} label="Close" onClick={leave} />
        </>
      }
    >
      <div className="import-source">
        {offered.length > 1 && (
          <Select
            label="Where from"
            value={source}
            choices={[
              { value: 'web-download', label: 'Addresses' },
              { value: 'glance-download', label: 'Another region' },
            ]}
            onChange={(value) => setSource(value === 'glance-download' ? value : 'web-download')}
          />
        )}
        {source === 'glance-download' && cloud !== undefined && <RegionField cloud={cloud} region={region} onChange={setRegion} />}
        <Lines ref={first} source={source} text={text} onChange={setText} />
        <p className="small t2">
          The cloud fetches by itself, and goes on when Glancer is closed. The bytes do not pass this computer, so nothing is compared.
          {source === 'glance-download' && ' Formats, and the properties that the cloud takes along, are those of the image there.'}
        </p>
      </div>
      <div className="common import-common">
        <div>
          <span className="label" aria-hidden="true">
            Visibility of all
          </span>
          <Select
            label="Visibility of all"
            value={visibility}
            choices={visibilityChoices}
            onChange={(value) => setVisibility(visibilitySchema.parse(value))}
          />
        </div>
        <TargetStores cloud={cloud} choice={stores} onChange={setStores} />
        <Checkbox label="Protect" checked={protect} onChange={setProtect} />
      </div>
      {rows.length > 0 && (
        <div className="ir head" aria-hidden="true">
          <span />
          <span>{source === 'web-download' ? 'Address' : 'Image there'}</span>
          <span>Image name</span>
          <span>Disk format</span>
          <span>Container</span>
        </div>
      )}
      <div className="files">
        {rows.map((row) => (
          <ImportRowFields key={row.line} row={row} source={source} cloud={cloud} onEdit={(change) => edit(row.line, change)} />
        ))}
      </div>
      <div className="sheet-foot">
        <div className="grow" aria-live="polite">
          <div className="medium">{rows.length === 0 ? 'Nothing to import yet' : plural(rows.length, 'image')}</div>
          <div className="small">
            {missing !== null && rows.length > 0 ? (
              <span className="quota warn">
                <Shape name="triangle" /> {missing}
              </span>
            ) : (
              <QuotaLine cloudId={cloudId} images={rows.length} bytes={null} />
            )}
          </div>
        </div>
        <Button onClick={leave}>Cancel</Button>
        <Button kind="primary" disabled={!ready} onClick={() => void start()}>
          {starting ? 'Starting…' : rows.length === 0 ? 'Import' : `Import ${plural(rows.length, 'image')}`}
        </Button>
      </div>
      {leaving && <LeaveDialog onStay={() => setLeaving(false)} />}
    </Sheet>
  )
}

/** The ways in which a cloud fetches images that a person can name. */
export function sourcesOf(cloud: Cloud | undefined): Source[] {
  const methods = cloud?.state.kind === 'signed-in' ? (cloud.capabilities?.importMethods ?? []) : []
  return (['web-download', 'glance-download'] as const).filter((method) => methods.includes(method))
}

interface LinesProps {
  ref: RefObject<HTMLTextAreaElement | null>
  source: Source
  text: string
  onChange(text: string): void
}

function Lines({ ref, source, text, onChange }: LinesProps) {
  const id = useId()
  return (
    <div className="grow">
      <label className="label" htmlFor={id}>
        {source === 'web-download' ? 'Addresses, one a line' : 'Ids of the images there, one a line'}
      </label>
      <textarea
        id={id}
        ref={ref}
        className="field lines mono"
        rows={Math.min(8, Math.max(3, text.split('\n').length))}
        value={text}
        spellCheck={false}
        placeholder={source === 'web-download' ? 'https://…' : ''}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}

/** What was pasted is not given up by one key. */
function LeaveDialog({ onStay }: { onStay(): void }) {
  const stay = useRef<HTMLButtonElement>(null)
  return (
    <Dialog title="Leave this import?" onClose={onStay} over initialFocus={stay}>
      <p>Nothing was asked of the cloud. The addresses and names that you set here are given up.</p>
      <div className="btns">
        <Button onClick={closeDialog}>Leave</Button>
        <Button ref={stay} kind="primary" onClick={onStay}>
          Keep editing
        </Button>
      </div>
    </Dialog>
  )
}
