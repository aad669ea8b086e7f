import {
  ArrowUpDown,
  Cable,
  ChevronsUpDown,
  CloudDownload,
  FilePlus2,
  FileText,
  Keyboard,
  ListX,
  type LucideIcon,
  Pencil,
  Play,
  Plus,
  Server,
  Settings2,
  Share2,
  Terminal,
  Trash2,
  Undo2,
} from 'lucide-react'
import { Pause, Retry, Upload } from '../../components/own-icons.ts'
import { COMMAND } from '../../lib/keys.ts'
import { ask, bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { goTo, openDialog, useUi } from '../../stores/ui.ts'
import { undo, useUndo } from '../../stores/undo.ts'
import { openAddCloud, openEditCloud } from '../cloud-form/form-actions.ts'
import { choosePlace, hasPlaces } from '../clouds/open-place.ts'
import { actionGroups } from '../image-actions/image-actions.ts'
import { openCreate } from '../image-edit/edit-session.ts'
import { targetIds } from '../images/actions.ts'
import { sourcesOf } from '../import/import-sheet.tsx'
import { clearDone } from '../transfers/actions.ts'
import { chosenTransfers } from '../transfers/chosen-transfers.ts'
import { transferEntries } from '../transfers/transfer-actions.ts'
import { retryAllFailed } from '../transfers/transfer-list.tsx'
import { pauseMeaning } from '../transfers/words.ts'
import { chooseFiles } from '../upload/actions.ts'

export interface Command {
  id: string
  label: string
  icon: LucideIcon
  keys?: readonly string[]
  /** Other words by which it is found. */
  words?: readonly string[]
  run(): void
}

/** What can be done now, by heading. What is not possible is left out. */
export function commandsNow(): { heading: string; commands: Command[] }[] {
  const { cloudId } = useUi.getState()
  const { clouds, transfers, images } = useData.getState()
  const cloud = clouds.find((each) => each.id === cloudId)
  const signedIn = cloud?.state.kind === 'signed-in'
  const meant = targetIds()
  const known = cloudId === null ? undefined : images[cloudId]?.images
  const chosen = meant.flatMap((id) => known?.get(id) ?? [])
  const only = meant.length === 1 && meant[0] !== undefined && cloudId !== null ? images[cloudId]?.images.get(meant[0]) : undefined
  const groups: { heading: string; commands: Command[] }[] = []
  if (meant.length > 0) {
    groups.push({
      heading: only?.name ?? (meant.length === 1 ? 'This image' : `${meant.length} images`),
      commands: cloud === undefined ? [] : actionGroups(cloud, chosen).flat(),
    })
  }
  const { last } = useUndo.getState()
  if (last !== null)
    groups.push({
      heading: 'Just now',
      commands: [{ id: 'undo', label: `Undo: ${last.done}`, icon: Undo2, keys: [COMMAND, 'Z'], words: ['back'], run: () => void undo() }],
    })
  const upload: Command[] = [
    { id: 'upload', label: 'Upload…', icon: Upload, keys: [COMMAND, 'U'], words: ['add', 'new'], run: () => void chooseFiles() },
  ]
  if (bridge.host === 'web') {
    upload.push({
      id: 'upload-host',
      label: 'Upload from the machine where Glancer runs…',
      icon: Server,
      run: () => openDialog({ kind: 'host-files' }),
    })
  }
  if (cloud !== undefined && cloudId !== null) {
    if (signedIn)
      upload.push({
        id: 'refresh',
        label: 'Read the images again',
        icon: Retry,
        words: ['refresh', 'reload'],
        run: () => void ask('images.refresh', { cloudId }),
      })
    if (sourcesOf(cloud).length > 0)
      upload.push({
        id: 'import',
        label: 'Import from URL…',
        icon: CloudDownload,
        keys: ['I'],
        words: ['web-download', 'fetch', 'address', 'http', 'region'],
        run: () => openDialog({ kind: 'import', cloudId }),
      })
    if (signedIn) {
      upload.push({
        id: 'new-record',
        label: 'New record without data…',
        icon: FilePlus2,
        keys: ['N'],
        words: ['create', 'empty', 'image'],
        run: () => openCreate(cloudId),
      })
      if (cloud.kind === 'openstack')
        upload.push({
          id: 'offered',
          label: 'Images offered to this project…',
          icon: Share2,
          words: ['accept', 'reject', 'shared', 'member'],
          run: () => openDialog({ kind: 'offered', cloudId }),
        })
    }
    if (hasPlaces(cloud))
      upload.push({
        id: 'place',
        label: `Project and region of ${cloud.name}…`,
        icon: ChevronsUpDown,
        keys: ['O'],
        words: ['switch', 'change', 'open', 'tenant', 'beside'],
        run: () => choosePlace(cloudId),
      })
    if (cloud.kind === 'openstack') {
      upload.push({
        id: 'test-cloud',
        label: `Test the connection of ${cloud.name}…`,
        icon: Cable,
        words: ['diagnose', 'certificate', 'check'],
        run: () => openDialog({ kind: 'test-cloud', cloudId }),
      })
      upload.push({
        id: 'edit-cloud',
        label: cloud.origin === 'added' ? `Edit ${cloud.name}…` : `Duplicate ${cloud.name} into Glancer…`,
        icon: Pencil,
        words: ['change', 'settings', 'copy', 'password'],
        run: () => void openEditCloud(cloudId),
      })
      if (cloud.origin === 'added')
        upload.push({
          id: 'remove-cloud',
          label: `Remove ${cloud.name} from Glancer…`,
          icon: Trash2,
          words: ['delete', 'forget'],
          run: () => openDialog({ kind: 'remove-cloud', cloudId }),
        })
    }
    upload.push({
      id: 'terminal',
      label: `Use ${cloud.name} from a terminal…`,
      icon: Terminal,
      words: ['shell', 'openstack', 'cli'],
      run: () => openDialog({ kind: 'terminal-help', cloudId }),
    })
  }
  groups.push({ heading: cloud?.name ?? 'Images', commands: upload })
  const meantTransfers = chosenTransfers()
  if (meantTransfers.length > 0)
    groups.push({
      heading: meantTransfers.length === 1 ? (meantTransfers[0]?.imageName ?? '') : `${meantTransfers.length} transfers`,
      commands: transferEntries(meantTransfers)
        .flat()
        .map((entry) => ({ ...entry, id: `transfer ${entry.id}` })),
    })
  const all = [...transfers.values()]
  const moving: Command[] = [
    { id: 'transfers', label: 'Transfers page', icon: ArrowUpDown, keys: [COMMAND, 'T'], run: () => goTo('transfers') },
  ]
  if (all.some((each) => each.actions.includes('pause')))
    moving.push({
      id: 'pause-all',
      label: `Pause all transfers: ${pauseMeaning(all)}`,
      icon: Pause,
      words: ['stop'],
      run: () => void ask('transfers.pauseAll', {}),
    })
  if (all.some((each) => each.state === 'paused'))
    moving.push({ id: 'resume-all', label: 'Resume all transfers', icon: Play, run: () => void ask('transfers.resumeAll', {}) })
  if (all.some(({ state, actions }) => state === 'failed' && actions.includes('retry')))
    moving.push({
      id: 'retry-failed',
      label: 'Retry all failed transfers',
      icon: Retry,
      words: ['again'],
      run: () => void retryAllFailed(),
    })
  if (all.some(({ state }) => state === 'done' || state === 'cancelled'))
    moving.push({ id: 'clear-done', label: 'Clear done transfers', icon: ListX, words: ['remove'], run: () => void clearDone() })
  groups.push({ heading: 'Transfers', commands: moving })
  groups.push({
    heading: 'Glancer',
    commands: [
      {
        id: 'settings',
        label: 'Settings',
        icon: Settings2,
        words: ['theme', 'dark', 'light', 'limit', 'speed'],
        run: () => goTo('settings'),
      },
      {
        id: 'add-cloud',
        label: 'Add a cloud…',
        icon: Plus,
        words: ['new', 'sign in', 'keystone', 'form', 'application credential'],
        run: () => void openAddCloud(),
      },
      {
        id: 'add-cloud-text',
        label: 'Add a cloud from an openrc or clouds.yaml…',
        icon: FileText,
        words: ['paste', 'open', 'rc'],
        run: () => void openAddCloud('text'),
      },
      { id: 'reload-clouds', label: 'Read clouds.yaml again', icon: Retry, run: () => void ask('clouds.reload', {}) },
      {
        id: 'keyboard',
        label: 'Keyboard',
        icon: Keyboard,
        keys: ['?'],
        words: ['shortcuts', 'help'],
        run: () => openDialog({ kind: 'keyboard' }),
      },
    ],
  })
  return groups
}
