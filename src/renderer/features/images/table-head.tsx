import { ContextMenu } from '@base-ui/react/context-menu'
import { clsx } from 'clsx'
import { Check, ChevronDown, ChevronUp, Minus } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type RefObject, useRef, useState } from 'react'
import { Icon } from '../../components/icon.tsx'
import { Box, Cell, Press } from '../../components/part.tsx'
import { commandKey } from '../../lib/keys.ts'
import { isNarrow } from '../../lib/use-narrow.ts'
import { changeLook, useLook } from '../../stores/table-look.ts'
import { useUi } from '../../stores/ui.ts'
import { resizeColumn, shiftColumn, toggleColumn } from './column-layout.ts'
import { type Column, isNumber, nameColumn } from './columns.ts'
import { HeadMenu } from './head-menu.tsx'
import { tickAll } from './selection.ts'
import { nextSort } from './sort.ts'
import { useColumnDrag } from './use-column-drag.ts'

/** A step of a column's width by key, in CSS pixels. */
const STEP = 8

interface HeadProps {
  order: readonly string[]
  columns: readonly { column: Column; width: number }[]
  /** Draws the rows with these widths, without React, while a border is dragged. */
  preview(id: string, width: number): void
  scroller: RefObject<HTMLDivElement | null>
}

/**
 * The heads: a press sorts, dragging one puts its column elsewhere, its right border gives it another width. By keyboard they are one stop: arrows go
 * from head to head, with Alt (or the command key) they move the column, with Shift they make it wider or narrower, Delete hides it.
 */
export function TableHead({ order, columns, preview, scroller }: HeadProps) {
  const look = useLook()
  const [stop, setStop] = useState(nameColumn.id)
  const row = useRef<HTMLDivElement>(null)
  const drag = useColumnDrag(row, scroller)
  const heads = [{ column: nameColumn, width: null }, ...columns]
  const stopAt = heads.some(({ column }) => column.id === stop) ? stop : nameColumn.id

  const onKey = (event: KeyboardEvent, id: string): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const at = heads.findIndex(({ column }) => column.id === id)
    if (event.key === 'Delete' && id !== nameColumn.id) {
      changeLook((before) => toggleColumn(before, id, isNarrow()))
      focusHead(row.current, heads[at - 1]?.column.id ?? nameColumn.id)
    } else if (by !== 0 && (event.altKey || commandKey(event))) {
      changeLook((before) => shiftColumn(before, id, by, isNarrow()))
      // The moved head is another element's place now: it keeps the focus.
      requestAnimationFrame(() => focusHead(row.current, id))
    } else if (by !== 0 && event.shiftKey) {
      const width = headWidth(row.current, id)
      if (width !== null) changeLook((before) => resizeColumn(before, id, width + by * STEP, isNarrow()), true)
    } else if (by !== 0) focusHead(row.current, heads[at + by]?.column.id ?? id)
    else if (event.key === 'Home' || event.key === 'End') focusHead(row.current, heads.at(event.key === 'Home' ? 0 : -1)?.column.id ?? id)
    else if (event.key !== 'ArrowDown') return
    else scroller.current?.focus()
    // The grid's own keys mean the rows.
    event.stopPropagation()
    event.preventDefault()
  }

  return (
    <Box ref={row} className="tr th" role="row" aria-rowindex={1}>
      <PickAll order={order} />
      {heads.map(({ column }) => {
        const { id, label } = column
        const sorted = look.sort.by === id
        return (
          <HeadMenu key={id} column={column}>
            <ContextMenu.Trigger
              render={
                <Cell
                  role="columnheader"
                  data-column={id}
                  className={clsx(id === nameColumn.id && 'name', isNumber(column) && 'num', drag.id === id && 'dragged')}
                  aria-sort={sorted ? (look.sort.descending ? 'descending' : 'ascending') : 'none'}
                />
              }
            >
              <button
                type="button"
                className={sorted ? 'sorted' : undefined}
                tabIndex={id === stopAt ? 0 : -1}
                aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Shift+ArrowLeft Shift+ArrowRight"
                onFocus={() => setStop(id)}
                onKeyDown={(event) => onKey(event, id)}
                onPointerDown={(event) => id !== nameColumn.id && drag.begin(event, id)}
                onClick={() => !drag.moved() && changeLook((before) => ({ ...before, sort: nextSort(before.sort, id) }))}
              >
                <span className={id.startsWith('property:') ? 'cut mono' : 'cut'} title={label}>
                  {label}
                </span>
                {sorted && <Icon of={look.sort.descending ? ChevronDown : ChevronUp} size={12} />}
              </button>
              <Border id={id} row={row} preview={preview} />
            </ContextMenu.Trigger>
          </HeadMenu>
        )
      })}
      {drag.line !== null && <i className="drop-line" style={{ left: drag.line }} />}
    </Box>
  )
}

function focusHead(row: HTMLElement | null, id: string): void {
  row?.querySelector<HTMLElement>(`[data-column="${CSS.escape(id)}"] > button`)?.focus()
}

function headWidth(row: HTMLElement | null, id: string): number | null {
  return row?.querySelector(`[data-column="${CSS.escape(id)}"]`)?.getBoundingClientRect().width ?? null
}

/** The right border of a head: dragged it changes the width, pressed twice it gives back the column's own. By keyboard the head does it. */
function Border({ id, row, preview }: { id: string; row: RefObject<HTMLElement | null>; preview(id: string, width: number): void }) {
  const from = useRef<{ x: number; width: number; last: number } | null>(null)
  const onDown = (event: PointerEvent<HTMLElement>): void => {
    const width = headWidth(row.current, id)
    if (event.button !== 0 || width === null) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = { x: event.clientX, width, last: width }
  }
  const onMove = (event: PointerEvent): void => {
    const start = from.current
    if (start === null) return
    start.last = start.width + event.clientX - start.x
    preview(id, start.last)
  }
  const onUp = (): void => {
    const start = from.current
    from.current = null
    if (start !== null && start.last !== start.width) changeLook((before) => resizeColumn(before, id, start.last, isNarrow()))
  }
  return (
    <i
      className="col-border"
      aria-hidden="true"
      title="Drag to change the width; press twice for its own"
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
      onDoubleClick={() => changeLook((before) => resizeColumn(before, id, null, isNarrow()))}
    />
  )
}

function PickAll({ order }: { order: readonly string[] }) {
  const checked = useUi((ui) => ui.selection.checked)
  const all = order.length > 0 && checked.size >= order.length && order.every((id) => checked.has(id))
  const state = all ? 'true' : checked.size > 0 ? 'mixed' : 'false'
  return (
    <Cell className="td-pick" role="columnheader">
      <span className="vh">Selected</span>
      <Press
        role="checkbox"
        aria-checked={state}
        aria-label="Select all"
        className="check"
        tabIndex={checked.size >= 2 ? 0 : -1}
        onClick={() => useUi.setState((ui) => ({ selection: tickAll(ui.selection, order) }))}
      >
        {state === 'true' && <Icon of={Check} size={12} />}
        {state === 'mixed' && <Icon of={Minus} size={12} />}
      </Press>
    </Cell>
  )
}
