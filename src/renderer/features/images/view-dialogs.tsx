import { Trash2 } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { type SavedView, VIEW_NAME_LIMIT } from '../../../shared/image-table.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Select } from '../../components/select.tsx'
import { ask } from '../../stores/core.ts'
import { useCloud, useData } from '../../stores/data.ts'
import { useLook } from '../../stores/table-look.ts'
import { closeDialog, useUi } from '../../stores/ui.ts'
import { columnOf } from './columns.ts'
import { anyFilter, filterWords } from './filter.ts'
import { deleteView, saveShown, viewsOf } from './views.ts'

const ALL = 'all'

/** Whether a view is for one cloud or for all. */
function ForField({ view, onChange }: { view: Pick<SavedView, 'cloudId' | 'name'>; onChange(cloudId: string | null): void }) {
  const here = useUi((ui) => ui.cloudId)
  const cloud = useCloud(view.cloudId ?? here)
  const cloudId = view.cloudId ?? here ?? ''
  return (
    <Select
      label={`Clouds of ${view.name === '' ? 'the view' : view.name}`}
      value={view.cloudId ?? ALL}
      choices={[
        { value: ALL, label: 'For all clouds' },
        { value: cloudId, label: `For ${cloud?.name ?? cloudId}` },
      ]}
      onChange={(chosen) => onChange(chosen === ALL ? null : chosen)}
    />
  )
}

/** Gives what the table shows now a name. One that is taken asks whether it is to be replaced, by its button. */
export function SaveViewDialog() {
  const here = useUi((ui) => ui.cloudId)
  const views = useData((data) => data.settings.views)
  const [name, setName] = useState('')
  const [cloudId, setCloudId] = useState<string | null>(here)
  const field = useRef<HTMLInputElement>(null)
  const given = name.trim()
  const taken = viewsOf(views, here).find((view) => view.name.toLowerCase() === given.toLowerCase())
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (given === '') return
    void saveShown({ id: taken?.id ?? crypto.randomUUID(), name: given, cloudId }).then((kept) => kept && closeDialog())
  }
  return (
    <Dialog title="Save as a view" onClose={closeDialog} initialFocus={field}>
      <form onSubmit={save}>
        <label className="block">
          <span className="label">Name</span>
          <input ref={field} className="field" value={name} maxLength={VIEW_NAME_LIMIT} onChange={(event) => setName(event.target.value)} />
        </label>
        <div className="mt-2">
          <ForField view={{ cloudId, name: '' }} onChange={setCloudId} />
        </div>
        <p className="small t2 mt-2">
          <ShownInWords />
        </p>
        <div className="btns">
          <Button onClick={closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={given === ''}>
            {taken === undefined ? 'Save' : 'Replace the view of this name'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function ShownInWords() {
  const cloud = useCloud(useUi((ui) => ui.cloudId))
  const filters = useUi((ui) => ui.filters)
  const search = useUi((ui) => ui.search)
  const { sort, columns } = useLook()
  const what = [
    anyFilter(filters) ? filterWords(filters, cloud) : null,
    search.trim() === '' ? null : `“${search.trim()}”`,
    `by ${columnOf(sort.by)?.label ?? sort.by}`,
    columns === null ? 'the usual columns' : `${columns.length + 1} columns`,
  ]
  return <>It keeps {what.filter((part) => part !== null).join('; ')}.</>
}

/** The views of this cloud, to be renamed and deleted. A name is kept when its field is left. */
export function ViewsDialog() {
  const here = useUi((ui) => ui.cloudId)
  const views = viewsOf(
    useData((data) => data.settings.views),
    here,
  )
  return (
    <Dialog wide title="Views" onClose={closeDialog}>
      {views.length === 0 && <p className="t2">No view is saved for this cloud.</p>}
      <ul className="views mt-2">
        {views.map((view) => (
          <ViewLine key={view.id} view={view} />
        ))}
      </ul>
      <div className="btns">
        <Button kind="primary" onClick={closeDialog}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}

function ViewLine({ view }: { view: SavedView }) {
  const [name, setName] = useState(view.name)
  const rename = (): void => {
    const given = name.trim()
    if (given === '') setName(view.name)
    else if (given !== view.name) void ask('views.save', { ...view, name: given })
  }
  return (
    <li>
      <input
        className="field"
        aria-label={`Name of ${view.name}`}
        value={name}
        maxLength={VIEW_NAME_LIMIT}
        onChange={(event) => setName(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => event.key === 'Enter' && rename()}
      />
      <ForField view={view} onChange={(cloudId) => void ask('views.save', { ...view, name: name.trim() || view.name, cloudId })} />
      <IconButton icon={Trash2} label={`Delete ${view.name}`} onClick={() => void deleteView(view)} />
    </li>
  )
}
