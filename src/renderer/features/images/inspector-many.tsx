import { Ellipsis } from 'lucide-react'
import type { Image } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Download } from '../../components/own-icons.ts'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { useCloud, useData, useImages } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { ActionMenu } from '../image-actions/action-menu.tsx'
import { allLastCompared } from '../transfers/last-compared.ts'
import { deleteTargets, downloadTargets } from './actions.ts'
import { ClosePeek } from './close-peek.tsx'
import { imageLabel } from './image-label.ts'
import { statusLook } from './status-words.ts'

/** What several images have in common, and how they differ. */
export function InspectorMany({ ids }: { ids: readonly string[] }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const known = useImages(cloudId)
  const images = ids.flatMap((id) => known.get(id) ?? [])
  const bytes = images.reduce((sum, image) => sum + (image.size ?? 0), 0)
  const rows: [string, (image: Image) => string][] = [
    ['Status', (image) => statusLook(image).word],
    ['Disk format', (image) => image.diskFormat ?? '–'],
    ['Container', (image) => image.containerFormat ?? '–'],
    ['Visibility', (image) => image.visibility],
    ['Store', (image) => (image.stores.length === 0 ? '–' : image.stores.join(', '))],
    ['Protected', (image) => (image.protected ? 'yes' : 'no')],
    ['Owner', (image) => (image.owner === null ? '–' : image.owner === cloud?.projectId ? (cloud.project ?? image.owner) : image.owner)],
  ]
  return (
    <aside className="insp" aria-label="Images">
      <div className="insp-head">
        <h2>{plural(images.length, 'image')}</h2>
        <div className="insp-sub">{formatBytes(bytes)} together</div>
      </div>
      <div className="insp-act">
        <Button icon={Download} onClick={downloadTargets}>
          Download…
        </Button>
        <Button onClick={deleteTargets}>Delete…</Button>
        <span className="grow" />
        <ActionMenu imageIds={ids} trigger={<IconButton icon={Ellipsis} label="More actions" />} />
        <ClosePeek />
      </div>
      <div className="rule" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard */}
      <section className="insp-body" aria-label="In common" tabIndex={0}>
        <dl className="dl">
          {rows.map(([label, read]) => (
            <div key={label} className="contents">
              <dt>{label}</dt>
              <dd>
                {label === 'Status' && <CommonStatus images={images} />}
                <Tally counts={tally(images, read)} total={images.length} />
              </dd>
            </div>
          ))}
        </dl>
        <div className="rule" />
        <VerifiedTogether images={images} />
      </section>
    </aside>
  )
}

/** The shape of the status that all have. */
function CommonStatus({ images }: { images: readonly Image[] }) {
  const first = images[0]
  if (first === undefined || images.some((image) => image.status !== first.status)) return null
  const look = statusLook(first)
  return (
    <span className="mr-1.5 inline-block align-[-2px]">
      <Shape name={look.shape} tone={look.tone} />
    </span>
  )
}

/** How many of them this app itself has verified, and which it cannot vouch for. */
function VerifiedTogether({ images }: { images: readonly Image[] }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const transfers = useData((data) => data.transfers)
  const compared = allLastCompared(transfers.values(), cloudId)
  const isVerified = (image: Image): boolean => compared.get(image.id)?.verification?.kind === 'verified'
  const verified = images.filter(isVerified)
  const others = images.filter((image) => !isVerified(image))
  const first = others[0]
  return (
    <div className="receipt">
      <Shape name={verified.length > 0 ? 'verified' : 'info'} tone={verified.length > 0 ? 'ok' : 't2'} />
      <div>
        <span className={verified.length > 0 ? 'medium' : 't2'}>
          {verified.length > 0 ? `${verified.length} verified` : 'None was verified by this app'}
        </span>
        {verified.length > 0 && first !== undefined && (
          <div className="small t2">
            {others.length === 1 ? imageLabel(first) : plural(others.length, 'image')} {others.length === 1 ? 'was' : 'were'} not verified
            by this app.
          </div>
        )}
      </div>
    </div>
  )
}

const VALUES_SHOWN = 4

function tally(images: readonly Image[], read: (image: Image) => string): [string, number][] {
  const counts = new Map<string, number>()
  for (const image of images) counts.set(read(image), (counts.get(read(image)) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

function Tally({ counts, total }: { counts: [string, number][]; total: number }) {
  const only = counts.length === 1 ? counts[0] : undefined
  if (only !== undefined) {
    return (
      <>
        {only[0]} <span className="t2">all {total}</span>
      </>
    )
  }
  return (
    <>
      {counts.slice(0, VALUES_SHOWN).map(([value, count], index) => (
        <span key={value}>
          {value}{' '}
          <span className="t2">
            {count}
            {index < Math.min(counts.length, VALUES_SHOWN) - 1 && ', '}
          </span>
        </span>
      ))}
      {counts.length > VALUES_SHOWN && <span className="t2">, {counts.length - VALUES_SHOWN} more</span>}
    </>
  )
}
