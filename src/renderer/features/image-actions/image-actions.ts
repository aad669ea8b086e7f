import type { LucideIcon } from 'lucide-react'
import {
  ArrowRightLeft,
  ClipboardCopy,
  CopyPlus,
  Eye,
  EyeOff,
  FileCheck2,
  FileJson,
  HardDriveDownload,
  HardDriveUpload,
  LockOpen,
  Pencil,
  Power,
  PowerOff,
  Share2,
  Terminal,
  Trash2,
  UserX,
} from 'lucide-react'
import type { Cloud, Image } from '../../../shared/domain.ts'
import type { ImageAction } from '../../../shared/image-protocol.ts'
import { imagesCsv, imagesJson } from '../../../shared/image-texts.ts'
import { copyText } from '../../components/copy-button.tsx'
import { Download, Lock } from '../../components/own-icons.ts'
import { toast, toastFailure } from '../../components/toasts.tsx'
import { COMMAND } from '../../lib/keys.ts'
import { plural } from '../../lib/plural.ts'
import { saveText } from '../../lib/save-text.ts'
import { bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { openDialog } from '../../stores/ui.ts'
import { openCheck } from '../checks/actions.ts'
import { downloadImages } from '../download/actions.ts'
import { openDuplicate, openEdit } from '../image-edit/edit-session.ts'
import { type ActionId, imagesFor } from './available.ts'
import { outcomesOf, tellOutcome } from './tell-outcome.ts'

/** One entry of a menu or of the palette. */
export interface ActionEntry {
  id: ActionId
  label: string
  icon: LucideIcon
  keys?: readonly string[]
  words?: readonly string[]
  danger?: boolean
  run(): void
}

interface Kind {
  label: string
  icon: LucideIcon
  keys?: readonly string[]
  words?: readonly string[]
  danger?: boolean
  run(cloudId: string, images: readonly Image[]): void
}

const ids = (images: readonly Image[]): string[] => images.map((image) => image.id)
const copied = (text: string, what: string): void =>
  void copyText(text).then((done) =>
    done
      ? toast(`${what} copied`, { shape: 'tick', tone: 'ok' })
      : toastFailure(`${what} could not be copied: the clipboard is not open to this page.`),
  )
const change = (action: ImageAction) => (cloudId: string, images: readonly Image[]) => void changeState(cloudId, images, action)

/** The other cloud, where there is only one. */
function onlyOther(cloudId: string): string | null {
  const others = useData.getState().clouds.filter(({ id }) => id !== cloudId)
  return others.length === 1 ? (others[0]?.id ?? null) : null
}

const kinds: Readonly<Record<ActionId, Kind>> = {
  edit: {
    label: 'Edit…',
    icon: Pencil,
    keys: ['E'],
    words: ['rename', 'properties', 'tags', 'change'],
    run: (cloudId, [image]) => image !== undefined && openEdit(cloudId, image),
  },
  download: {
    label: 'Download…',
    icon: Download,
    keys: [COMMAND, 'S'],
    words: ['save'],
    run: (cloudId, images) => downloadImages(cloudId, ids(images)),
  },
  compare: {
    label: 'Compare a file with it…',
    icon: FileCheck2,
    words: ['verify', 'check', 'hash', 'digest', 'local'],
    run: (cloudId, [image]) => image !== undefined && openCheck(cloudId, image),
  },
  protect: { label: 'Protect', icon: Lock, keys: ['Shift', 'P'], words: ['lock'], run: change('protect') },
  unprotect: {
    label: 'Take the protection away',
    icon: LockOpen,
    keys: ['Shift', 'P'],
    words: ['unlock', 'unprotect'],
    run: change('unprotect'),
  },
  hide: { label: 'Hide', icon: EyeOff, keys: ['Shift', 'H'], run: change('hide') },
  unhide: { label: 'Show in lists again', icon: Eye, keys: ['Shift', 'H'], words: ['unhide'], run: change('unhide') },
  deactivate: { label: 'Deactivate', icon: PowerOff, keys: ['Shift', 'D'], words: ['disable'], run: change('deactivate') },
  reactivate: { label: 'Reactivate', icon: Power, keys: ['Shift', 'D'], words: ['enable'], run: change('reactivate') },
  share: {
    label: 'Share with projects…',
    icon: Share2,
    keys: ['Shift', 'S'],
    words: ['member'],
    run: (cloudId, images) => openDialog({ kind: 'share', cloudId, imageIds: ids(images) }),
  },
  leave: {
    label: 'Reject (take out of the list)',
    icon: UserX,
    words: ['shared', 'member'],
    run: (cloudId, images) => void reject(cloudId, images),
  },
  'copy-to-cloud': {
    label: 'Copy to cloud…',
    icon: ArrowRightLeft,
    keys: ['Shift', 'C'],
    words: ['transfer', 'move', 'project', 'other'],
    run: (cloudId, images) => {
      if (useData.getState().clouds.length > 1)
        openDialog({ kind: 'copy-to-cloud', cloudId, imageIds: ids(images), to: onlyOther(cloudId) })
    },
  },
  'copy-to-stores': {
    label: 'Copy to stores…',
    icon: HardDriveUpload,
    run: (cloudId, images) => openDialog({ kind: 'copy-to-stores', cloudId, imageIds: ids(images) }),
  },
  'remove-from-store': {
    label: 'Remove from a store…',
    icon: HardDriveDownload,
    run: (cloudId, images) => openDialog({ kind: 'remove-from-store', cloudId, imageIds: ids(images), store: null }),
  },
  duplicate: {
    label: 'New record with these settings…',
    icon: CopyPlus,
    words: ['duplicate', 'copy settings'],
    run: (cloudId, [image]) => image !== undefined && openDuplicate(cloudId, image),
  },
  export: {
    label: 'Save metadata as JSON',
    icon: FileJson,
    words: ['export'],
    run: (_cloudId, images) => saveText(images.length === 1 ? `${images[0]?.id}.json` : `images-${images.length}.json`, imagesJson(images)),
  },
  commands: {
    label: 'As openstack commands…',
    icon: Terminal,
    words: ['copy', 'cli', 'shell'],
    run: (cloudId, images) => openDialog({ kind: 'commands', cloudId, imageIds: ids(images) }),
  },
  'copy-id': {
    label: 'Copy ID',
    icon: ClipboardCopy,
    keys: [COMMAND, 'C'],
    run: (_cloudId, images) =>
      copied(ids(images).join('\n'), images.length === 1 ? 'Image ID' : `${images.length.toLocaleString('en-US')} image IDs`),
  },
  'copy-csv': {
    label: 'Copy as CSV',
    icon: ClipboardCopy,
    words: ['spreadsheet', 'export'],
    run: (_cloudId, images) => copied(imagesCsv(images), `${plural(images.length, 'line')} of CSV`),
  },
  delete: {
    label: 'Delete…',
    icon: Trash2,
    keys: ['Del'],
    words: ['remove'],
    danger: true,
    run: (cloudId, images) => openDialog({ kind: 'delete-images', cloudId, imageIds: ids(images) }),
  },
}

/** What can be done with these images, in the groups of the menus. An action that is for some of them only says for how many. */
export function actionGroups(cloud: Cloud, images: readonly Image[]): ActionEntry[][] {
  const order: readonly (readonly ActionId[])[] = [
    ['edit', 'download', 'compare'],
    ['protect', 'unprotect', 'hide', 'unhide', 'deactivate', 'reactivate'],
    ['share', 'leave', 'copy-to-cloud', 'copy-to-stores', 'remove-from-store'],
    ['duplicate', 'copy-id', 'copy-csv', 'commands', 'export'],
    ['delete'],
  ]
  return order.map((group) => group.flatMap((id) => entry(id, cloud, images) ?? [])).filter((group) => group.length > 0)
}

/** Runs an action for those of the images that it is for; of several given the first that is for any. Nothing for none. */
export function runAction(actions: readonly ActionId[], cloud: Cloud, images: readonly Image[]): void {
  for (const id of actions) {
    const meant = imagesFor(id, images, cloud)
    if (meant.length === 0) continue
    kinds[id].run(cloud.id, meant)
    return
  }
}

function entry(id: ActionId, cloud: Cloud, images: readonly Image[]): ActionEntry | null {
  const meant = imagesFor(id, images, cloud)
  if (meant.length === 0 || (id === 'copy-to-cloud' && useData.getState().clouds.length < 2)) return null
  const { run, label, ...kind } = kinds[id]
  const some = meant.length < images.length ? ` (${meant.length.toLocaleString('en-US')} of ${images.length.toLocaleString('en-US')})` : ''
  return { ...kind, id, label: `${label}${some}`, run: () => run(cloud.id, meant) }
}

const opposites: Readonly<Record<ImageAction, ImageAction>> = {
  protect: 'unprotect',
  unprotect: 'protect',
  hide: 'unhide',
  unhide: 'hide',
  deactivate: 'reactivate',
  reactivate: 'deactivate',
}
const done: Readonly<Record<ImageAction, string>> = {
  protect: 'protected',
  unprotect: 'made unprotected',
  hide: 'hidden',
  unhide: 'shown in lists again',
  deactivate: 'deactivated',
  reactivate: 'reactivated',
}

/** So many images take a moment, and a word meanwhile. */
const MANY = 20

async function changeState(cloudId: string, images: readonly Image[], action: ImageAction, undoing = false): Promise<void> {
  if (images.length > MANY) toast(`Asking the cloud for ${plural(images.length, 'image')}…`, { shape: 'spinner', tone: 't2' })
  const outcomes = await outcomesOf(images, () => bridge.call('images.act', { cloudId, imageIds: ids(images), action }))
  const back = async (good: readonly string[]): Promise<void> => {
    const known = useData.getState().images[cloudId]?.images
    const there = images.filter((image) => good.includes(image.id)).map((image) => known?.get(image.id) ?? image)
    await changeState(cloudId, there, opposites[action], true)
  }
  tellOutcome({ done: done[action], outcomes }, undoing ? undefined : back)
}

async function reject(cloudId: string, images: readonly Image[]): Promise<void> {
  const answer = (answered: 'rejected' | 'accepted') => () =>
    bridge.call('images.answerShare', { cloudId, imageIds: ids(images), answer: answered })
  const outcomes = await outcomesOf(images, answer('rejected'))
  tellOutcome({ done: 'rejected', outcomes }, async () => {
    tellOutcome({ done: 'accepted again', outcomes: await outcomesOf(images, answer('accepted')) })
  })
}
