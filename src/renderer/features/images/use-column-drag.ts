import { type PointerEvent as ReactPointerEvent, type RefObject, useRef, useState } from 'react'
import { isNarrow } from '../../lib/use-narrow.ts'
import { changeLook } from '../../stores/table-look.ts'
import { moveColumn } from './column-layout.ts'

/** So far the pointer goes before a press on a head is no press any more. */
const SLACK = 5
/** So near the edge the table scrolls along. */
const EDGE = 40

interface ColumnDrag {
  /** The column that is being dragged. */
  id: string | null
  /** Where it would go: the place of the line in the row of heads, in CSS pixels. */
  line: number | null
  begin(event: ReactPointerEvent, id: string): void
  /** True right after a drag, whose end is a press too. */
  moved(): boolean
}

/** Dragging a head to another place. Esc gives up. */
export function useColumnDrag(row: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): ColumnDrag {
  const [at, setAt] = useState<{ id: string; line: number } | null>(null)
  const justMoved = useRef(false)

  const begin = (event: ReactPointerEvent, id: string): void => {
    if (event.button !== 0) return
    justMoved.current = false
    const startX = event.clientX
    let to: number | null = null
    const stop = new AbortController()
    const listen = { signal: stop.signal }
    const move = ({ clientX }: PointerEvent): void => {
      const element = row.current
      if (element === null || (to === null && Math.abs(clientX - startX) < SLACK)) return
      scrollAlong(scroller.current, clientX)
      const place = placeAt(element, clientX)
      to = place.to
      setAt({ id, line: place.line })
    }
    const end = (keep: boolean): void => {
      stop.abort()
      setAt(null)
      if (to === null) return
      justMoved.current = true
      const place = to
      if (keep) changeLook((look) => moveColumn(look, id, place, isNarrow()))
    }
    addEventListener('pointermove', move, listen)
    addEventListener('pointerup', () => end(true), listen)
    addEventListener('pointercancel', () => end(false), listen)
    addEventListener(
      'keydown',
      (key) => {
        if (key.key !== 'Escape') return
        key.preventDefault()
        key.stopPropagation()
        end(false)
      },
      { ...listen, capture: true },
    )
  }
  const moved = (): boolean => {
    const was = justMoved.current
    justMoved.current = false
    return was
  }
  return { id: at?.id ?? null, line: at?.line ?? null, begin, moved }
}

/** The columns' place (not counting the name) whose left border is nearest, and where that border is in the row. */
function placeAt(row: HTMLElement, x: number): { to: number; line: number } {
  const left = row.getBoundingClientRect().left
  const boxes = [...row.querySelectorAll('[data-column]')].slice(1).map((head) => head.getBoundingClientRect())
  const to = boxes.filter((box) => x > box.left + box.width / 2).length
  const box = boxes[to]
  const line = box === undefined ? (boxes.at(-1)?.right ?? left) + 6 : box.left - 6
  return { to, line: line - left }
}

function scrollAlong(scroller: HTMLElement | null, x: number): void {
  if (scroller === null) return
  const { left, right } = scroller.getBoundingClientRect()
  if (x > right - EDGE) scroller.scrollLeft += 12
  else if (x < left + EDGE) scroller.scrollLeft -= 12
}
