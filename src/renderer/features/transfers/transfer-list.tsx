import { type KeyboardEvent, startTransition, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Receipt, Retry } from '../../components/own-icons.ts'
import { Box } from '../../components/part.tsx'
import { commandKey } from '../../lib/keys.ts'
import { useData } from '../../stores/data.ts'
import { openDialog, toggleUnfolded, useUi } from '../../stores/ui.ts'
import { move, noSelection, tick, tickAll } from '../images/selection.ts'
import { actNow, exportReceipts } from './actions.ts'
import { chosenTransfers } from './chosen-transfers.ts'
import { runOnTransfers, type TransferCommand } from './transfer-actions.ts'
import { ROW_ID, TransferContextMenu } from './transfer-menu.tsx'
import { TransferRow } from './transfer-row.tsx'
import { type Group, groups, losesBytes } from './words.ts'

/** So many rows are drawn at first, and so many more, in the background, whenever the end of them comes near: thousands at once would take seconds. */
const ROWS = 40
/** At the least; half as many again as there are, so that whoever goes to the end of thousands is soon there. */
const MORE_ROWS = 20

const titles: Record<Group, string> = { 'needs-you': 'Needs you', running: 'Running', waiting: 'Waiting', done: 'Done' }

/** The transfers by group: one stop of the Tab key, the arrows move from row to row, and what is chosen is meant by keys and menu. */
export function TransferList({ ids }: { ids: Readonly<Record<Group, string[]>> }) {
  // Rows get the same array while it holds the same: more of them drawn below redraws none of those above.
  const order = useMemo(() => groups.flatMap((group) => ids[group]), [ids])
  const current = useUi((ui) => ui.transferSelection.current)
  const stop = current !== null && order.includes(current) ? current : order[0]
  const focused = useRef<string | null>(null)
  const [drawn, setDrawn] = useState(ROWS)
  const currentAt = current === null ? -1 : order.indexOf(current)
  // The keyboard may go further than what is drawn.
  if (currentAt >= drawn) setDrawn(currentAt + ROWS)
  const rows = new Set(order.slice(0, drawn))
  const at = order.join()
  // A row that changes its place is another element to the browser, and the keyboard would fall out of the list.
  useLayoutEffect(() => {
    if (at !== '' && focused.current !== null && document.activeElement === document.body) focusRow(focused.current)
  }, [at])
  useLayoutEffect(() => {
    if (drawn > ROWS && focused.current !== null) focusRow(useUi.getState().transferSelection.current ?? focused.current)
  }, [drawn])
  return (
    <TransferContextMenu>
      <Box
        className="tlist fill"
        role="region"
        aria-label="Transfers"
        onKeyDown={(event) => onKey(event, order)}
        onFocus={(event) => {
          const row = event.target.id.startsWith(ROW_ID) ? event.target.id.slice(ROW_ID.length) : null
          focused.current = row
          if (row !== null) useUi.setState(({ transferSelection }) => ({ transferSelection: { ...transferSelection, current: row } }))
        }}
        onBlur={(event) => {
          if (event.relatedTarget !== null) focused.current = null
        }}
      >
        {groups.map(
          (group) =>
            ids[group].length > 0 && <TransferGroup key={group} of={group} ids={ids[group]} rows={rows} order={order} stop={stop} />,
        )}
        {drawn < order.length && (
          <MoreRows key={drawn} onNear={() => startTransition(() => setDrawn(drawn + Math.max(MORE_ROWS, drawn >> 1)))} />
        )}
      </Box>
    </TransferContextMenu>
  )
}

/** The end of what is drawn. */
function MoreRows({ onNear }: { onNear(): void }) {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && onNear(), {
      rootMargin: '1200px',
    })
    if (end.current !== null) observer.observe(end.current)
    return () => observer.disconnect()
  })
  return <div ref={end} className="more-rows" />
}

function TransferGroup({
  of: group,
  ids,
  rows,
  order,
  stop,
}: {
  of: Group
  ids: readonly string[]
  /** Those that are drawn. */
  rows: ReadonlySet<string>
  order: readonly string[]
  stop: string | undefined
}) {
  return (
    <section aria-label={titles[group]}>
      <div className="grp">
        <h2 className="medium">{titles[group]}</h2>
        <span className="t2">{ids.length}</span>
        <span className="grow" />
        {group === 'needs-you' && <RetryAll ids={ids} />}
        {group === 'done' && ids.length > 1 && (
          <Button kind="quiet" small icon={Receipt} onClick={() => void exportReceipts(ids)}>
            Export all receipts…
          </Button>
        )}
      </div>
      <ul>
        {ids
          .filter((id) => rows.has(id))
          .map((id) => (
            <TransferRow key={id} id={id} unfolds stop={id === stop} order={order} />
          ))}
      </ul>
    </section>
  )
}

function RetryAll({ ids }: { ids: readonly string[] }) {
  const count = useData((data) => ids.filter((id) => data.transfers.get(id)?.actions.includes('retry')).length)
  if (count < 2) return null
  return (
    <Button kind="quiet" small icon={Retry} onClick={() => void retryAllFailed()}>
      Retry all {count}
    </Button>
  )
}

/** Every one that failed, in the order of the queue. */
export async function retryAllFailed(): Promise<void> {
  const failed = [...useData.getState().transfers.values()].filter(({ state, actions }) => state === 'failed' && actions.includes('retry'))
  if (failed.length > 0)
    await actNow(
      failed.map(({ id }) => id),
      'retry',
    )
}

function focusRow(id: string): void {
  document.getElementById(ROW_ID + id)?.focus({ preventScroll: false })
}

const letters: Partial<Record<string, readonly TransferCommand[]>> = {
  s: ['start-now'],
  r: ['retry'],
  l: ['limit'],
  v: ['verify-again'],
  Delete: ['cancel', 'remove'],
}
const altMoves: Partial<Record<string, TransferCommand>> = { ArrowUp: 'up', ArrowDown: 'down', Home: 'front' }

function onKey(event: KeyboardEvent<HTMLElement>, order: readonly string[]): void {
  // Buttons, links and fields in a row have keys of their own.
  if (!(event.target instanceof HTMLElement) || !event.target.id.startsWith(ROW_ID)) return
  if (!reactTo(event, order)) return
  event.preventDefault()
  event.stopPropagation()
}

function reactTo(event: KeyboardEvent, order: readonly string[]): boolean {
  const { transferSelection: selection } = useUi.getState()
  const altMove = event.altKey ? altMoves[event.key] : undefined
  if (altMove !== undefined) {
    runOnTransfers([altMove], chosenTransfers())
    return true
  }
  if (event.altKey) return false
  const steps: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -order.length, End: order.length }
  const step = steps[event.key]
  if (step !== undefined) {
    const next = move(selection, step, event.shiftKey, order)
    useUi.setState({ transferSelection: next })
    if (next.current !== null) focusRow(next.current)
    return true
  }
  if (commandKey(event)) {
    if (event.key.toLowerCase() !== 'a') return false
    useUi.setState({ transferSelection: tickAll(selection, order) })
    return true
  }
  const { current } = selection
  switch (event.key) {
    case ' ':
      if (current !== null) useUi.setState({ transferSelection: tick(selection, current) })
      return true
    case 'Enter':
      if (current !== null) toggleUnfolded(current)
      return true
    case 'Escape':
      if (selection.checked.size === 0) return false
      useUi.setState({ transferSelection: { ...noSelection, current, anchor: current } })
      return true
    case 'p':
      pauseOrResume()
      return true
  }
  const commands = letters[event.key]
  if (commands === undefined || event.shiftKey) return false
  runOnTransfers(commands, chosenTransfers())
  return true
}

/** By key: what an upload would lose is asked about first, since no button said it. */
function pauseOrResume(): void {
  const meant = chosenTransfers()
  const pausable = meant.filter(({ actions }) => actions.includes('pause'))
  if (pausable.some(losesBytes)) openDialog({ kind: 'pause-transfers', transferIds: pausable.map(({ id }) => id) })
  else runOnTransfers(['pause', 'resume'], meant)
}
