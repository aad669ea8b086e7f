import { clsx } from 'clsx'
import { Check, ChevronDown, ChevronUp, Play, X } from 'lucide-react'
import { type MouseEvent, memo } from 'react'
import type { Transfer, TransferAction } from '../../../shared/domain.ts'
import {
  formatBytes,
  formatBytesOf,
  formatDuration,
  formatExactBytes,
  formatPercent,
  formatRate,
  formatTimeLeft,
} from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { MiddleText } from '../../components/middle-text.tsx'
import { Folder, Pause, Retry } from '../../components/own-icons.ts'
import { Item, Press } from '../../components/part.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { Shape } from '../../components/shape.tsx'
import { commandKey } from '../../lib/keys.ts'
import { upperFirst } from '../../lib/text.ts'
import { endTime, exactTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { useTransfer } from '../../stores/data.ts'
import { openDialog, toggleUnfolded, useUi } from '../../stores/ui.ts'
import { isTarget, press, tick } from '../images/selection.ts'
import { act, exportReceipt } from './actions.ts'
import { kindWords } from './kinds.ts'
import { TransferDetail } from './transfer-detail.tsx'
import { MoreButton, ROW_ID } from './transfer-menu.tsx'
import { actionLabel, groupOf, isMismatch, isRunning, phaseLook, standing, storesReached } from './words.ts'

interface TransferRowProps {
  id: string
  /** On the transfers page a row unfolds in place. */
  unfolds?: boolean
  /** On the transfers page: where the Tab key stops. */
  stop?: boolean
  /** The ids as shown, for a choice of several. */
  order?: readonly string[]
}

const noOrder: readonly string[] = []

/** One transfer. It reads its own transfer from the store, so that progress redraws this row and no other. */
export const TransferRow = memo(function TransferRow({ id, unfolds = false, stop = false, order = noOrder }: TransferRowProps) {
  const transfer = useTransfer(id)
  const open = useUi((ui) => unfolds && ui.unfolded.has(id))
  const selected = useUi((ui) => unfolds && isTarget(ui.transferSelection, id))
  if (transfer === undefined) return null
  const kind = kindWords(transfer)
  const noun = upperFirst(kind.noun)
  return (
    <Item
      id={ROW_ID + id}
      aria-label={transfer.imageName}
      className="txrow"
      {...(unfolds && { tabIndex: stop ? 0 : -1, onClick: (event) => choose(event, id, order) })}
    >
      <div className={clsx('tx', open && 'open', selected && 'sel')}>
        <span className="dir" title={noun}>
          <Icon of={kind.icon} size={14} />
          <span className="vh">{noun}</span>
          {unfolds && <Pick id={id} name={transfer.imageName} />}
        </span>
        <Name transfer={transfer} />
        {isRunning(transfer) ? <Running transfer={transfer} /> : <Standing transfer={transfer} unfolds={unfolds} />}
        <Actions transfer={transfer} unfolds={unfolds} open={open} />
      </div>
      {open && <TransferDetail transfer={transfer} />}
    </Item>
  )
})

/** The image; of a copy also from where to where. */
function Name({ transfer: { imageName, from, cloudName } }: { transfer: Transfer }) {
  if (from === null) return <MiddleText text={imageName} />
  const way = `${from.cloudName} → ${cloudName}`
  return (
    <span className="copied" title={`${imageName}, from ${from.cloudName} to ${cloudName}`}>
      <MiddleText text={imageName} />
      <span className="small t2 cut">
        <span aria-hidden="true">{way}</span>
        <span className="vh">
          from {from.cloudName} to {cloudName}
        </span>
      </span>
    </span>
  )
}

/** A press on the row itself; its buttons, and what is unfolded below, are for themselves. */
function choose(event: MouseEvent<HTMLElement>, id: string, order: readonly string[]): void {
  if (!(event.target instanceof Element) || event.target.closest('button, a, .detail') !== null) return
  useUi.setState(({ transferSelection }) => ({
    transferSelection: press(transferSelection, id, { add: commandKey(event), range: event.shiftKey }, order),
  }))
}

/** In the place of the direction while the row is pointed at, has the focus, or several are chosen. */
function Pick({ id, name }: { id: string; name: string }) {
  const ticked = useUi((ui) => ui.transferSelection.checked.has(id))
  const many = useUi((ui) => ui.transferSelection.checked.size > 0)
  return (
    <Press
      role="checkbox"
      aria-checked={ticked}
      aria-label={`Select ${name}`}
      className={clsx('check', many && 'visible')}
      tabIndex={-1}
      onClick={() => useUi.setState(({ transferSelection }) => ({ transferSelection: tick(transferSelection, id) }))}
    >
      {ticked && <Icon of={Check} size={12} />}
    </Press>
  )
}

function Running({ transfer }: { transfer: Transfer }) {
  const look = phaseLook(transfer)
  const { bytesDone, bytesTotal, bytesPerSecond, secondsLeft } = transfer
  const sent = transfer.state === 'finishing' || transfer.state === 'verifying'
  return (
    <>
      <span className="phase status">
        <Shape name={look.shape} tone={look.tone} />
        {look.word}
      </span>
      {bytesTotal === null ? (
        <span className="prog-none" />
      ) : (
        <ProgressBar
          // A phase that begins anew has a new bar: one that runs backwards would be a lie.
          key={String(transfer.state === 'preparing')}
          done={bytesDone}
          total={bytesTotal}
          idle={transfer.state !== 'transferring' && bytesPerSecond === null}
          label={`${look.word} ${transfer.imageName}`}
        />
      )}
      <span className="num pct">{bytesTotal !== null && formatPercent(bytesDone, bytesTotal)}</span>
      <span className="num bytes t2" title={transfer.kind === 'import' ? undefined : formatExactBytes(bytesDone)}>
        {transfer.kind === 'import' ? storesReached(transfer) : bytesWords(transfer)}
      </span>
      <span className="num speed">
        {bytesPerSecond !== null ? formatRate(bytesPerSecond) : sent && <span className="t3">{kindWords(transfer).allMoved}</span>}
      </span>
      <span className="num left t2">
        {secondsLeft !== null
          ? `${formatTimeLeft(secondsLeft)} left`
          : (sent || bytesTotal === null || transfer.state === 'preparing') && <Elapsed since={transfer.stateSince} />}
      </span>
      <span className="lim" title={transfer.speedLimit === null ? undefined : `A limit of its own: ${formatRate(transfer.speedLimit)}`}>
        {transfer.limitedBy !== null
          ? `limited by: ${transfer.limitedBy}`
          : transfer.speedLimit !== null
            ? `at most ${formatRate(transfer.speedLimit)}`
            : sent && (transfer.import?.task?.message ?? null)}
      </span>
    </>
  )
}

function bytesWords({ bytesDone, bytesTotal }: Transfer): string {
  return bytesTotal === null ? formatBytes(bytesDone) : formatBytesOf(bytesDone, bytesTotal)
}

function Elapsed({ since }: { since: number }) {
  const now = useNow(1000)
  const seconds = Math.floor((now - since) / 1000)
  return seconds < 1 ? null : <>for {seconds < 10 ? `${seconds}\u00a0s` : formatDuration(seconds)}</>
}

function Standing({ transfer, unfolds }: { transfer: Transfer; unfolds: boolean }) {
  const look = phaseLook(transfer)
  const bad = transfer.state === 'failed' || isMismatch(transfer)
  return (
    <span className="say">
      <span className={bad ? 'status danger' : 'status'}>
        <Shape name={look.shape} tone={look.tone} />
        <span className={bad ? 'medium' : undefined}>{look.word}</span>
      </span>
      <span className={bad ? 'cut' : 't2 cut'}>
        {transfer.state === 'waiting' ? <Waiting transfer={transfer} /> : standing(transfer, 0)}
      </span>
      <OneAction transfer={transfer} unfolds={unfolds} />
    </span>
  )
}

function Waiting({ transfer }: { transfer: Transfer }) {
  return standing(transfer, useNow(1000))
}

/** The one action that stands in the sentence. */
function OneAction({ transfer, unfolds }: { transfer: Transfer; unfolds: boolean }) {
  if (transfer.state === 'failed' || isMismatch(transfer)) {
    return (
      <Button kind="quiet" small className="accent" onClick={() => openDialog({ kind: 'transfer', transferId: transfer.id })}>
        Details…
      </Button>
    )
  }
  if (transfer.state === 'done') {
    return unfolds ? null : (
      <Button kind="quiet" small className="accent" onClick={() => void exportReceipt(transfer.id)}>
        Receipt
      </Button>
    )
  }
  const inline = inlineAction(transfer)
  if (inline === undefined) return null
  return (
    <Button kind="quiet" small className="accent" onClick={() => void act(transfer, inline)}>
      {actionLabel(transfer, inline)}
    </Button>
  )
}

function inlineAction(transfer: Transfer): TransferAction | undefined {
  const wanted: Partial<Record<Transfer['state'], TransferAction>> = { waiting: 'retry', paused: 'resume', queued: 'start-now' }
  const action = wanted[transfer.state]
  return action !== undefined && transfer.actions.includes(action) ? action : undefined
}

const icons: Partial<Record<TransferAction, typeof X>> = {
  'show-file': Folder,
  retry: Retry,
  resume: Play,
  pause: Pause,
  cancel: X,
  remove: X,
}

function Actions({ transfer, unfolds, open }: { transfer: Transfer; unfolds: boolean; open: boolean }) {
  const now = useNow(30_000)
  const inline = inlineAction(transfer)
  // A transfer that ended may be retried or taken out, and both lie in reach; what stands in the sentence is not said twice.
  const shown = (Object.keys(icons) as TransferAction[]).filter(
    (action) => transfer.actions.includes(action) && action !== inline && !(action === 'remove' && unfolds && transfer.state === 'done'),
  )
  return (
    <span className="act">
      {unfolds && transfer.endedAt !== null && groupOf(transfer) === 'done' && (
        <span className="t2 small when" title={exactTime(transfer.endedAt, now)}>
          {endTime(transfer.endedAt, now)}
        </span>
      )}
      {shown.map((action) => {
        const icon = icons[action]
        return icon === undefined ? null : (
          <IconButton key={action} small icon={icon} label={actionLabel(transfer, action)} onClick={() => void act(transfer, action)} />
        )
      })}
      <MoreButton id={transfer.id} name={transfer.imageName} />
      {unfolds && (
        <IconButton
          small
          icon={open ? ChevronUp : ChevronDown}
          label={open ? 'Fold' : 'Unfold'}
          aria-expanded={open}
          onClick={() => toggleUnfolded(transfer.id)}
        />
      )}
    </span>
  )
}
