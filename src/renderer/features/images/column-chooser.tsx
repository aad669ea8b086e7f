import { Popover } from '@base-ui/react/popover'
import { ArrowDown, ArrowUp, Columns3, Search } from 'lucide-react'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { IconButton } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Icon } from '../../components/icon.tsx'
import { isNarrow, useNarrow } from '../../lib/use-narrow.ts'
import { useImages } from '../../stores/data.ts'
import { changeLook, useLook } from '../../stores/table-look.ts'
import { useUi } from '../../stores/ui.ts'
import { shiftColumn, toggleColumn } from './column-layout.ts'
import { type Column, ownColumns, PROPERTY, shownColumns } from './columns.ts'

/** So many properties are offered at a time; typing finds the others. */
const PROPERTIES_SHOWN = 40

/** Which columns there are, and in which order. */
export function ColumnChooser() {
  return (
    <Popover.Root>
      <Popover.Trigger render={<IconButton small icon={Columns3} label="Columns" />} />
      <Popover.Portal>
        <Popover.Positioner className="positioner" sideOffset={4} align="end">
          <Popover.Popup className="pop columns-pop" aria-label="Columns">
            <Chooser />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Chooser() {
  const look = useLook()
  const narrow = useNarrow()
  const images = useImages(useUi((ui) => ui.cloudId))
  const [wanted, setWanted] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const shown = shownColumns(look, narrow).map(({ column }) => column)
  const properties = useMemo(() => countProperties(images.values()), [images])
  const words = wanted.trim().toLowerCase()
  const fits = (label: string): boolean => label.toLowerCase().includes(words)
  const hidden = ownColumns.filter((column) => !shown.includes(column) && fits(column.label))
  const others = properties.filter(({ key }) => fits(key) && !shown.some(({ id }) => id === PROPERTY + key)).slice(0, PROPERTIES_SHOWN)
  const typed = wanted.trim()
  const unknown =
    typed !== '' && hidden.length === 0 && !properties.some(({ key }) => key === typed) && !shown.some(({ id }) => id === PROPERTY + typed)
  const toggle = (id: string): void => changeLook((before) => toggleColumn(before, id, isNarrow()))
  const shift = (id: string, by: number): void => {
    changeLook((before) => shiftColumn(before, id, by, isNarrow()))
    // The same column keeps the focus in its new place.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-shown="${CSS.escape(id)}"] [role="checkbox"]`)?.focus())
  }
  return (
    <>
      <div className="columns-head">
        <label className="field quietf">
          <Icon of={Search} size={14} />
          <input
            value={wanted}
            aria-label="Find a column or property"
            placeholder="Find a column or property"
            onChange={(event) => setWanted(event.target.value)}
          />
        </label>
      </div>
      <div ref={list} className="columns-list">
        <p className="small t2">Shown, from left to right</p>
        <ul aria-label="Shown columns">
          {shown
            .filter(({ label }) => fits(label))
            .map((column) => (
              <ShownColumn key={column.id} column={column} toggle={toggle} shift={shift} />
            ))}
        </ul>
        {hidden.length > 0 && (
          <>
            <p className="small t2">More</p>
            <ul aria-label="More columns">
              {hidden.map(({ id, label }) => (
                <li key={id}>
                  <Checkbox label={label} checked={false} onChange={() => toggle(id)} />
                </li>
              ))}
            </ul>
          </>
        )}
        {(others.length > 0 || unknown) && (
          <>
            <p className="small t2">Properties</p>
            <ul aria-label="Properties">
              {others.map(({ key, count }) => (
                <li key={key}>
                  <Checkbox label={key} checked={false} onChange={() => toggle(PROPERTY + key)} />
                  <span className="n">{count.toLocaleString('en-US')}</span>
                </li>
              ))}
              {unknown && (
                <li>
                  <Checkbox label={`${typed} (no image has it)`} checked={false} onChange={() => toggle(PROPERTY + typed)} />
                </li>
              )}
            </ul>
          </>
        )}
      </div>
      <div className="columns-foot">
        <span className="small t2">Alt with an arrow moves</span>
        <button
          type="button"
          className="link small"
          disabled={look.columns === null && look.nameWidth === null}
          onClick={() => changeLook((before) => ({ ...before, columns: null, nameWidth: null }))}
        >
          The usual columns
        </button>
      </div>
    </>
  )
}

function ShownColumn({ column, toggle, shift }: { column: Column; toggle(id: string): void; shift(id: string, by: number): void }) {
  const { id, label } = column
  const onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    shift(id, event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li data-shown={id} onKeyDown={onKey}>
      <Checkbox label={label} checked onChange={() => toggle(id)} />
      <span className="movers">
        <IconButton small icon={ArrowUp} label={`Move ${label} to the left`} onClick={() => shift(id, -1)} />
        <IconButton small icon={ArrowDown} label={`Move ${label} to the right`} onClick={() => shift(id, 1)} />
      </span>
    </li>
  )
}

/** The properties that the known images have, those of most images first; Glance's own marks of imports are none. */
function countProperties(images: Iterable<Image>): { key: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const image of images)
    for (const key of Object.keys(image.properties)) if (!key.startsWith('os_glance')) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count || a.key.localeCompare(b.key))
}
