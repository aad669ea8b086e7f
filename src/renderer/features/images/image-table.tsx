import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { Check, ChevronDown, ChevronUp, Minus } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { Icon } from '../../components/icon.tsx'
import { Box, Cell, Press } from '../../components/part.tsx'
import { commandKey } from '../../lib/keys.ts'
import { isNarrow } from '../../lib/use-narrow.ts'
import { useUi } from '../../stores/ui.ts'
import { deleteTargets } from './actions.ts'
import { ImageRow, rowId } from './image-row.tsx'
import { move, noSelection, type Selection, tick, tickAll } from './selection.ts'
import { nextSort, type SortKey } from './sort.ts'

const ROW = 32
const HEAD = 28

const columns: { key: SortKey; label: string; className: string }[] = [
  { key: 'name', label: 'Name', className: '' },
  { key: 'status', label: 'Status', className: '' },
  { key: 'size', label: 'Size', className: 'num' },
  { key: 'format', label: 'Format', className: 'c-format' },
  { key: 'visibility', label: 'Visibility', className: 'c-vis' },
  { key: 'updated', label: 'Updated', className: 'num' },
]

/** The images as a grid: one stop of the Tab key, the arrows move in it, and only rows in sight are in the document. */
export function ImageTable({ images, offline }: { images: readonly Image[]; offline: boolean }) {
  const scroller = useRef<HTMLDivElement>(null)
  const order = useMemo(() => images.map((image) => image.id), [images])
  const current = useUi((ui) => ui.selection.current)
  const many = useUi((ui) => ui.selection.checked.size >= 2)
  const rows = useVirtualizer({
    count: images.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    // The head lies over the rows while they scroll.
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    paddingEnd: 8,
  })
  const at = current === null ? -1 : order.indexOf(current)
  // A row that the keyboard, or a link from elsewhere, made current comes into sight; a sort or a delta alone does not scroll.
  const shownFor = useRef<string | null>(null)
  useEffect(() => {
    if (at < 0 || current === shownFor.current) return
    shownFor.current = current
    rows.scrollToIndex(at, { align: 'auto' })
  }, [at, current, rows])

  return (
    <Box
      ref={scroller}
      className={clsx('image-table', many && 'multi', offline && 'offline-rows')}
      role="grid"
      aria-label="Images"
      aria-rowcount={images.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={current !== null && at >= 0 ? rowId(current) : undefined}
      tabIndex={0}
      onKeyDown={(event) => onKey(event, order, Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 2))}
    >
      <Head order={order} />
      <Box className="rows" role="rowgroup" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const image = images[item.index]
          return image === undefined ? null : (
            <ImageRow key={image.id} image={image} index={item.index} top={item.start - HEAD} order={order} />
          )
        })}
      </Box>
    </Box>
  )
}

function onKey(event: KeyboardEvent<HTMLDivElement>, order: readonly string[], pageRows: number): void {
  const steps: Partial<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: pageRows,
    PageUp: -pageRows,
    Home: -order.length,
    End: order.length,
  }
  const step = steps[event.key]
  const change = step === undefined ? changeBy(event, order) : (selection: Selection) => move(selection, step, event.shiftKey, order)
  if (change === null) return
  event.preventDefault()
  useUi.setState((ui) => ({ selection: change(ui.selection) }))
}

/** What a key does to the selection, or does by itself; null = it is not one of the grid's keys. */
function changeBy(event: KeyboardEvent, order: readonly string[]): ((selection: Selection) => Selection) | null {
  const same = (selection: Selection): Selection => selection
  switch (event.key) {
    case ' ':
      return (selection) => (selection.current === null ? selection : tick(selection, selection.current))
    case 'Enter':
      useUi.setState({ inspector: true, peek: true })
      return same
    case 'Delete':
      deleteTargets()
      return same
    case 'Escape':
      if (useUi.getState().peek && isNarrow()) {
        useUi.setState({ peek: false })
        return same
      }
      return ({ current, anchor, checked }) => (checked.size > 0 ? { ...noSelection, current, anchor } : noSelection)
    case 'a':
    case 'A':
      return commandKey(event) ? (selection) => tickAll(selection, order) : null
    default:
      return null
  }
}

function Head({ order }: { order: readonly string[] }) {
  const sort = useUi((ui) => ui.sort)
  const checked = useUi((ui) => ui.selection.checked)
  const all = order.length > 0 && checked.size >= order.length && order.every((id) => checked.has(id))
  const state = all ? 'true' : checked.size > 0 ? 'mixed' : 'false'
  return (
    <Box className="tr th" role="row" aria-rowindex={1}>
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
      {columns.map(({ key, label, className }) => (
        <Cell
          key={key}
          role="columnheader"
          className={className}
          aria-sort={sort.by === key ? (sort.descending ? 'descending' : 'ascending') : 'none'}
        >
          <button
            type="button"
            className={sort.by === key ? 'sorted' : undefined}
            onClick={() => useUi.setState((ui) => ({ sort: nextSort(ui.sort, key) }))}
          >
            {label}
            {sort.by === key && <Icon of={sort.descending ? ChevronDown : ChevronUp} size={12} />}
          </button>
        </Cell>
      ))}
    </Box>
  )
}
