import type { Check } from '../../../shared/check-protocol.ts'
import type { Image } from '../../../shared/domain.ts'
import { formatBytes, formatExactBytes, formatPercent, groupDigest } from '../../../shared/units.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Shape } from '../../components/shape.tsx'
import { exactTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { useCloud, useData } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { openCheck, showCheck } from '../checks/actions.ts'
import { checkLook, isOpen } from '../checks/words.ts'
import { exportReceipt } from '../transfers/actions.ts'
import { kindWords } from '../transfers/kinds.ts'
import { lastCompared } from '../transfers/last-compared.ts'
import { isMismatch, phaseLook } from '../transfers/words.ts'
import { algorithmLabel } from './algorithm-label.ts'
import { StatusNote, UnreadableNote } from './status-note.tsx'

export function InspectorOverview({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const now = useNow(30_000)
  const stores = cloud?.capabilities?.stores ?? []
  const unread = (field: string): string | null => (image.unreadable?.includes(field) === true ? 'not readable' : null)
  const facts: [string, string | null][] = [
    ['Size', unread('size') ?? (image.size === null ? 'no data' : formatExactBytes(image.size))],
    ['Virtual size', image.virtualSize === null ? null : formatBytes(image.virtualSize)],
    ['Disk format', image.diskFormat],
    ['Container', image.containerFormat],
    ['Visibility', unread('visibility') ?? image.visibility],
    [
      'Stores',
      image.stores.length === 0
        ? null
        : image.stores.map((id) => (stores.find((store) => store.id === id)?.isDefault ? `${id} (default)` : id)).join(', '),
    ],
    ['Minimum', minimum(image)],
    ['Owner', image.owner === null ? null : image.owner === cloud?.projectId ? (cloud.project ?? image.owner) : image.owner],
    ['Protected', unread('protected') ?? (image.protected ? 'yes' : 'no')],
    ['Hidden', image.hidden ? 'yes' : null],
    ['Created', timeOf(image.createdAt, now)],
    ['Updated', timeOf(image.updatedAt, now)],
  ]
  return (
    <>
      <StatusNote image={image} cloudId={cloudId} />
      <UnreadableNote fields={image.unreadable} />
      <VerificationLine image={image} />
      <LastCheck image={image} />
      <div className="dig">
        {image.checksum !== null && <Digest label="MD5" hex={image.checksum} />}
        {image.hashValue !== null && <Digest label={algorithmLabel(image.hashAlgorithm)} hex={image.hashValue} />}
        <div className="dig-row">
          <span className="k">Image ID</span>
          <CopyButton text={image.id} what="image ID" />
          <span className="v">{image.id}</span>
        </div>
      </div>
      <div className="rule" />
      <dl className="dl">
        {facts.map(
          ([label, text]) =>
            text !== null && (
              <div key={label} className="contents">
                <dt>{label}</dt>
                <dd>{text}</dd>
              </div>
            ),
        )}
        {image.tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd>
              <ul className="taglist">
                {image.tags.map((tag) => (
                  <li key={tag} className="tag">
                    <span className="cut">{tag}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
    </>
  )
}

/** The last local file that was compared with it, and the way to compare one. */
function LastCheck({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const now = useNow(30_000)
  const check = useData((data) => {
    let last: Check | undefined
    for (const each of data.checks.values()) {
      if (each.imageId === image.id && each.cloudId === cloudId && (last === undefined || each.createdAt >= last.createdAt)) last = each
    }
    return last
  })
  if (cloudId === null || (image.checksum === null && image.hashValue === null)) return null
  if (check === undefined) {
    return (
      <button type="button" className="link small compare" onClick={() => openCheck(cloudId, image)}>
        Compare a local file with it…
      </button>
    )
  }
  const { word, shape, tone } = checkLook(check)
  const percent = isOpen(check) && check.bytesTotal !== null ? ` ${formatPercent(check.bytesDone, check.bytesTotal)}` : ''
  return (
    <div className="receipt">
      <Shape name={shape} tone={tone} />
      <div>
        <span className={tone === 'danger' ? 'medium danger' : 'medium'}>
          {word}
          {percent}
        </span>{' '}
        {check.verification?.kind === 'verified' && check.verification.algorithms.join(' + ')}
        {check.verification?.kind === 'mismatch' && check.verification.what}
        <div className="small t2 cut">
          {check.fileName}
          {check.endedAt !== null && `, compared ${exactTime(check.endedAt, now)}`}
        </div>
      </div>
      <button type="button" className="link small" onClick={() => showCheck(check)}>
        Show
      </button>
    </div>
  )
}

function Digest({ label, hex }: { label: string; hex: string }) {
  return (
    <div className="dig-row">
      <span className="k">{label}</span>
      <CopyButton text={hex} what={label} />
      <span className="v">{groupDigest(hex)}</span>
    </div>
  )
}

function timeOf(text: string, now: number): string | null {
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : exactTime(at, now)
}

function minimum(image: Image): string | null {
  const parts = [image.minDisk > 0 ? `${image.minDisk} GB disk` : null, image.minRam > 0 ? `${image.minRam} MB RAM` : null]
  const said = parts.filter((part) => part !== null)
  return said.length === 0 ? null : said.join(', ')
}

/** What this app itself knows of the image's bytes: from the last transfer of it that compared something. */
function VerificationLine({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const transfer = useData((data) => lastCompared(data.transfers.values(), cloudId, image.id))
  const now = useNow(30_000)
  if (transfer === undefined || transfer.verification === null) {
    return (
      <div className="receipt">
        <Shape name="info" tone="t2" />
        <div className="t2">
          {image.checksum === null && image.hashValue === null
            ? image.status === 'active'
              ? 'The cloud published no hash of it.'
              : 'It has no data to compare yet.'
            : 'Never moved by this app, so nothing was compared.'}
        </div>
      </div>
    )
  }
  const { verification } = transfer
  const moved = `${kindWords(transfer).past} ${exactTime(transfer.endedAt ?? transfer.createdAt, now)}`
  if (isMismatch(transfer)) {
    return (
      <div className="receipt">
        <Shape name="unequal" tone="danger" />
        <div>
          <span className="medium danger">Mismatch</span> {verification.kind === 'mismatch' && verification.what}
          <div className="small t2">{moved}</div>
        </div>
        <button type="button" className="link small" onClick={() => openDialog({ kind: 'transfer', transferId: transfer.id })}>
          Details
        </button>
      </div>
    )
  }
  const look = phaseLook({ ...transfer, state: 'done' })
  return (
    <div className="receipt">
      <Shape name={look.shape} tone={look.tone} />
      <div>
        <span className="medium">{look.word}</span>{' '}
        {verification.kind === 'verified' ? verification.algorithms.join(' + ') : 'reason' in verification && verification.reason}
        <div className="small t2">{moved}</div>
      </div>
      <button type="button" className="link small" onClick={() => void exportReceipt(transfer.id)}>
        Receipt
      </button>
    </div>
  )
}
