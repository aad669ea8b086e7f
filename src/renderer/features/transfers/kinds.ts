import { ArrowDown, ArrowRightLeft, ArrowUp, CloudDownload, type LucideIcon } from 'lucide-react'
import type { Transfer, TransferKind } from '../../../shared/domain.ts'

/** What the kinds of transfers are called on the page, and which way their bytes go. */
interface KindWords {
  noun: string
  icon: LucideIcon
  /** The phase in which bytes move, and the one after it. */
  moving: string
  finishing: string
  /** All bytes have been moved from here, but the work goes on. */
  allMoved: string
  /** What the image in the cloud owes to such a transfer. */
  past: string
  /** Bytes leave this machine, and a pause would begin them again. */
  sends: boolean
  /** Bytes come to this machine. */
  receives: boolean
}

const kinds: Readonly<Record<TransferKind, KindWords>> = {
  upload: {
    noun: 'upload',
    icon: ArrowUp,
    moving: 'Sending',
    finishing: 'Cloud is saving',
    allMoved: 'all sent',
    past: 'Uploaded from here',
    sends: true,
    receives: false,
  },
  download: {
    noun: 'download',
    icon: ArrowDown,
    moving: 'Receiving',
    finishing: 'Writing to disk',
    allMoved: 'all here',
    past: 'Downloaded here',
    sends: false,
    receives: true,
  },
  import: {
    noun: 'import',
    icon: CloudDownload,
    moving: 'Cloud is importing',
    finishing: 'Cloud is importing',
    allMoved: '',
    past: 'Imported by the cloud',
    sends: false,
    receives: false,
  },
  copy: {
    noun: 'copy',
    icon: ArrowRightLeft,
    moving: 'Copying',
    finishing: 'Cloud is saving',
    allMoved: 'all sent',
    past: 'Copied from another cloud',
    sends: true,
    receives: true,
  },
}

/** Of one transfer: an upload that is imported by the cloud, and a copy to further stores, have phases of their own. */
export function kindWords(transfer: Pick<Transfer, 'kind' | 'import'>): KindWords {
  const words = kinds[transfer.kind]
  if (transfer.import === null) return words
  if (transfer.kind === 'upload') return { ...words, moving: 'Sending to staging', finishing: 'Cloud is importing' }
  if (transfer.import.method === 'copy-image') return { ...words, finishing: 'Cloud is copying', past: 'Copied by the cloud' }
  return words
}
