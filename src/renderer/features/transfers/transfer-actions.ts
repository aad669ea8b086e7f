import type { LucideIcon } from 'lucide-react'
import { ArrowDown, ArrowUp, ChevronsUp, FileCheck2, Gauge, ImageOff, Play, RefreshCw, Trash2, X } from 'lucide-react'
import type { Transfer, TransferAction } from '../../../shared/domain.ts'
import type { QueueMove } from '../../../shared/transfer-protocol.ts'
import { Folder, Pause, Receipt, Retry } from '../../components/own-icons.ts'
import { ask } from '../../stores/core.ts'
import { openDialog } from '../../stores/ui.ts'
import { verifyTransfer } from '../checks/actions.ts'
import { act, actNow, exportReceipt, exportReceipts } from './actions.ts'
import { actionLabel, isRunning, pauseMeaning, waitsForTurn } from './words.ts'

/** One entry of a menu or of the palette. */
export interface TransferEntry {
  id: string
  label: string
  icon: LucideIcon
  keys?: readonly string[]
  words?: readonly string[]
  danger?: boolean
  run(): void
}

/** What a key or an entry may ask for, beside the actions that the core knows. */
export type TransferCommand = TransferAction | QueueMove | 'limit' | 'receipt'

interface Kind {
  icon: LucideIcon
  keys?: readonly string[]
  words?: readonly string[]
  danger?: boolean
  label(meant: readonly Transfer[]): string
  for(transfer: Transfer): boolean
  run(meant: readonly Transfer[]): void
  /** Makes sense for one alone. */
  single?: boolean
}

const ids = (transfers: readonly Transfer[]): string[] => transfers.map((transfer) => transfer.id)

function ofCore(action: TransferAction, look: Pick<Kind, 'icon' | 'keys' | 'words' | 'danger'>, label?: Kind['label']): Kind {
  return {
    ...look,
    label: label ?? (([first]) => (first === undefined ? '' : actionLabel(first, action))),
    for: (transfer) => transfer.actions.includes(action),
    run: (meant) => void actNow(ids(meant), action),
  }
}

function moving(to: QueueMove, label: string, icon: LucideIcon, keys: readonly string[], words: readonly string[]): Kind {
  return {
    icon,
    keys,
    words,
    label: () => label,
    for: waitsForTurn,
    run: (meant) => void ask('transfers.move', { ids: ids(meant), to }),
  }
}

const kinds: Readonly<Record<TransferCommand, Kind>> = {
  'start-now': ofCore('start-now', { icon: Play, keys: ['S'], words: ['limit'] }, () => 'Start now, despite the limit'),
  resume: ofCore('resume', { icon: Play, keys: ['P'] }),
  pause: ofCore('pause', { icon: Pause, keys: ['P'], words: ['stop'] }, pauseLabel),
  retry: ofCore('retry', { icon: Retry, keys: ['R'], words: ['again'] }, (meant) =>
    meant.length === 1 && meant[0] !== undefined ? actionLabel(meant[0], 'retry') : 'Retry',
  ),
  'begin-again': ofCore('begin-again', { icon: RefreshCw, danger: true }),
  front: moving('front', 'Move to the front', ChevronsUp, ['Alt', 'Home'], ['first', 'top', 'queue']),
  up: moving('up', 'Move up', ArrowUp, ['Alt', '↑'], ['earlier', 'queue']),
  down: moving('down', 'Move down', ArrowDown, ['Alt', '↓'], ['later', 'queue']),
  limit: {
    icon: Gauge,
    keys: ['L'],
    words: ['rate', 'throttle', 'bandwidth'],
    label: () => 'Speed limit of its own…',
    // Of an import no byte passes here.
    for: (transfer) => transfer.endedAt === null && transfer.kind !== 'import',
    run: (meant) => openDialog({ kind: 'limit-transfers', transferIds: ids(meant) }),
  },
  'verify-again': {
    icon: FileCheck2,
    keys: ['V'],
    words: ['check', 'compare', 'hash'],
    label: () => 'Verify again',
    for: (transfer) => transfer.actions.includes('verify-again'),
    run: ([transfer]) => transfer !== undefined && void verifyTransfer(transfer),
    single: true,
  },
  'show-file': {
    icon: Folder,
    label: () => 'Show in folder',
    for: (transfer) => transfer.actions.includes('show-file'),
    run: ([transfer]) => transfer !== undefined && void act(transfer, 'show-file'),
    single: true,
  },
  receipt: {
    icon: Receipt,
    words: ['export', 'json'],
    label: (meant) => (meant.length === 1 ? 'Export receipt…' : 'Export receipts…'),
    for: (transfer) => transfer.endedAt !== null,
    run: (meant) => void (meant.length === 1 && meant[0] !== undefined ? exportReceipt(meant[0].id) : exportReceipts(ids(meant))),
  },
  'delete-image': ofCore('delete-image', { icon: ImageOff, danger: true }),
  'delete-part': ofCore('delete-part', { icon: Trash2 }),
  cancel: {
    ...ofCore('cancel', { icon: X, keys: ['Del'] }, () => 'Cancel'),
    run: cancelTransfers,
  },
  remove: ofCore('remove', { icon: X, keys: ['Del'], words: ['clear'] }),
}

const order: readonly (readonly TransferCommand[])[] = [
  ['start-now', 'resume', 'pause', 'retry', 'begin-again'],
  ['front', 'up', 'down', 'limit'],
  ['verify-again', 'show-file', 'receipt'],
  ['delete-image', 'delete-part', 'cancel', 'remove'],
]

/** What can be done with these transfers, in the groups of the menus. An entry that is for some of them only says for how many. */
export function transferEntries(transfers: readonly Transfer[]): TransferEntry[][] {
  return order.map((group) => group.flatMap((id) => entry(id, transfers) ?? [])).filter((group) => group.length > 0)
}

function entry(id: TransferCommand, transfers: readonly Transfer[]): TransferEntry | null {
  const { for: isFor, label, run, single = false, ...look } = kinds[id]
  const meant = transfers.filter(isFor)
  if (meant.length === 0 || (single && transfers.length > 1)) return null
  const some =
    meant.length < transfers.length ? ` (${meant.length.toLocaleString('en-US')} of ${transfers.length.toLocaleString('en-US')})` : ''
  return { ...look, id, label: `${label(meant)}${some}`, run: () => run(meant) }
}

/** Does the first of these that is for any of the transfers, with those that it is for. */
export function runOnTransfers(commands: readonly TransferCommand[], transfers: readonly Transfer[]): void {
  for (const id of commands) {
    const meant = transfers.filter(kinds[id].for)
    if (meant.length === 0 || (kinds[id].single === true && transfers.length > 1)) continue
    kinds[id].run(meant)
    return
  }
}

/** What a pause throws away is said before: an upload has to begin again. */
export function pauseLabel(meant: readonly Transfer[]): string {
  return meant.some(isRunning) ? `Pause: ${pauseMeaning(meant)}` : 'Pause'
}

/** Asks first where bytes would be given up. */
export function cancelTransfers(meant: readonly Transfer[]): void {
  if (meant.some((transfer) => transfer.state === 'transferring' && transfer.bytesDone > 0))
    openDialog({ kind: 'cancel-transfers', transferIds: ids(meant) })
  else void actNow(ids(meant), 'cancel')
}
