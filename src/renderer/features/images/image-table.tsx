import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { Image } from '../../../shared/domain.ts'
import type { TableLook } from '../../../shared/image-table.ts'
import { Box } from '../../components/part.tsx'
import { commandKey } from '../../lib/keys.ts'
import { isNarrow, useNarrow } from '../../lib/use-narrow.ts'
import { useSlots } from '../../lib/use-slots.ts'
import { useLook } from '../../stores/table-look.ts'
import { useUi } from '../../stores/ui.ts'
import { deleteTargets } from './actions.ts'
import { resizeColumn } from './column-layout.ts'
import { gridOf, gridStyle, shownColumns } from './columns.ts'
import { ImageRow, rowId } from './image-row.tsx'
import { move, noSelection, type Selection, tick, tickAll } from './selection.ts'
import { setShownOrder } from './shown-order.ts'
import { TableHead } from './table-head.tsx'

const ROW = 32
const HEAD = 28

/** The images as a grid: one stop of the Tab key, the arrows move in it, and only rows in sight are in the document. */
export function ImageTable({ images, offline }: { images: readonly Image[]; offline: boolean }) {
  const scroller = useRef<HTMLDivElement>(null)
  const order = useMemo(() => images.map((image) => image.id), [images])
  const current = useUi((ui) => ui.selection.current)
  const many = useUi((ui) => ui.selection.checked.size >= 2)
  const look = useLook()
  const narrow = useNarrow()
  const shown = useMemo(() => shownColumns(look, narrow), [look, narrow])
  // Rows get the same array while the columns are the same: a width alone redraws none of them.
  const columns = useSame(shown.map(({ column }) => column))
  const grid = gridOf(look, shown)
  useLayoutEffect(() => setShownOrder(order), [order])
  const rows = useVirtualizer({
    count: images.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    // The head lies over the rows while they scroll.
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    paddingEnd: 8,
  })
  const inSight = rows.getVirtualItems().flatMap((item) => {
    const image = images[item.index]
    return image === undefined ? [] : [{ image, item }]
  })
  const slots = useSlots(inSight.map(({ image }) => image.id))
  const drawn = inSight.map((row, n) => ({ ...row, slot: slots[n] ?? -1 }))
  // An element that changes its place among others is laid out anew with all that is in it: while it is scrolled each stays where it is. As soon as it
  // rests they stand in the order in which they are read aloud.
  if (rows.isScrolling) drawn.sort((a, b) => a.slot - b.slot)
  const at = current === null ? -1 : order.indexOf(current)
  // A row that the keyboard, or a link from elsewhere, made current comes into sight; a sort or a delta alone does not scroll.
  const shownFor = useRef<string | null>(null)
  useEffect(() => {
    if (at < 0 || current === shownFor.current) return
    shownFor.current = current
    rows.scrollToIndex(at, { align: 'auto' })
  }, [at, current, rows])

  const preview = (id: string, width: number): void => {
    const { template, least } = gridWith(look, narrow, id, width)
    scroller.current?.style.setProperty('--columns', template)
    scroller.current?.style.setProperty('--least', `${least}px`)
  }

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
      style={gridStyle(grid.template, grid.least)}
      onScroll={(event) => event.currentTarget.classList.toggle('scrolled', event.currentTarget.scrollLeft > 0)}
      onKeyDown={(event) => onKey(event, order, Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 2))}
    >
      <TableHead order={order} columns={shown} scroller={scroller} preview={preview} />
      <Box className="rows" role="rowgroup" style={{ height: rows.getTotalSize() }}>
        {drawn.map(({ image, item, slot }) => (
          <ImageRow key={slot} image={image} index={item.index} top={item.start - HEAD} columns={columns} />
        ))}
      </Box>
    </Box>
  )
}

function gridWith(look: TableLook, narrow: boolean, id: string, width: number): { template: string; least: number } {
  const changed = resizeColumn(look, id, width, narrow)
  return gridOf(changed, shownColumns(changed, narrow))
}

/** The array of before, while it holds the same. */
function useSame<T>(values: readonly T[]): readonly T[] {
  const before = useRef(values)
  if (before.current.length !== values.length || before.current.some((value, at) => value !== values[at])) before.current = values
  return before.current
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
  // The heads have keys of their own.
  if (event.target instanceof Element && event.target.closest('[role="columnheader"]') !== null) return
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
