import { useRef } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { bridge } from '../../stores/core.ts'
import { useCloud, useData, useImages } from '../../stores/data.ts'
import { closeDialog, useUi } from '../../stores/ui.ts'
import { outcomesOf, tellOutcome } from '../image-actions/tell-outcome.ts'
import { imageLabel } from './image-label.ts'
import { usesOf } from './in-use.ts'
import { noSelection } from './selection.ts'

const NAMES_SHOWN = 8
const USES_SHOWN = 6

/** Asks by name before images are deleted. Protected ones are named and left alone. */
export function DeleteImagesDialog({ cloudId, imageIds }: { cloudId: string; imageIds: readonly string[] }) {
  const cloud = useCloud(cloudId)
  const known = useImages(cloudId)
  const keep = useRef<HTMLButtonElement>(null)
  const all = imageIds.flatMap((id) => known.get(id) ?? [])
  const going = all.filter((image) => !image.protected)
  const staying = all.filter((image) => image.protected)
  const one = going.length === 1 ? going[0] : undefined
  const bytes = going.reduce((sum, image) => sum + (image.size ?? 0), 0)
  const what = one === undefined ? plural(going.length, 'image') : imageLabel(one)
  return (
    <Dialog
      title={going.length === 0 ? `${staying.length === 1 ? 'This image is' : 'These images are'} protected` : `Delete ${what}?`}
      onClose={closeDialog}
      initialFocus={keep}
    >
      {going.length > 0 && (
        <p>
          {cloud?.name} deletes {one === undefined ? 'them' : 'it'} with {one === undefined ? 'their' : 'its'} data
          {bytes > 0 && `, ${formatBytes(bytes)}`}. This cannot be taken back.
        </p>
      )}
      {going.length > 1 && <Names images={going} />}
      <Uses cloudId={cloudId} going={going} />
      {staying.length > 0 && (
        <>
          <p className="status">
            <Shape name="info" tone="t2" />
            <span className="t2">{going.length === 0 ? 'Take the protection away first:' : 'Protected, and left alone:'}</span>
          </p>
          <Names images={staying} />
        </>
      )}
      <div className="btns">
        {going.length > 0 && (
          <Button kind="destroy" onClick={() => void deleteImages(cloudId, going)}>
            Delete {one === undefined ? plural(going.length, 'image') : 'the image'}
          </Button>
        )}
        <Button ref={keep} kind={going.length > 0 ? 'plain' : 'primary'} onClick={closeDialog}>
          {going.length > 0 ? 'Keep' : 'Close'}
        </Button>
      </div>
    </Dialog>
  )
}

/** Who needs what is about to go, as far as it is known here. */
function Uses({ cloudId, going }: { cloudId: string; going: readonly Image[] }) {
  const known = useImages(cloudId)
  const transfers = useData((data) => data.transfers)
  const ids = new Set(going.map((image) => image.id))
  const uses = going.flatMap((image) =>
    usesOf(image, cloudId, known.values(), transfers.values(), ids).map((text) => ({ image, text, key: `${image.id} ${text}` })),
  )
  if (uses.length === 0) return null
  return (
    <section aria-label="In use">
      <p className="status">
        <Shape name="triangle" tone="warn" />
        <span>In use, as far as Glancer sees:</span>
      </p>
      <ul className="pts">
        {uses.slice(0, USES_SHOWN).map(({ image, text, key }) => (
          <li key={key}>{going.length === 1 ? text : `${imageLabel(image)}: ${text}`}</li>
        ))}
        {uses.length > USES_SHOWN && <li className="t2">and {uses.length - USES_SHOWN} more</li>}
      </ul>
    </section>
  )
}

function Names({ images }: { images: readonly Image[] }) {
  return (
    <ul className="pts">
      {images.slice(0, NAMES_SHOWN).map((image) => (
        <li key={image.id}>{imageLabel(image)}</li>
      ))}
      {images.length > NAMES_SHOWN && <li className="t2">and {images.length - NAMES_SHOWN} more</li>}
    </ul>
  )
}

async function deleteImages(cloudId: string, images: readonly Image[]): Promise<void> {
  closeDialog()
  useUi.setState({ selection: noSelection, peek: false })
  const outcomes = await outcomesOf(images, () => bridge.call('images.delete', { cloudId, imageIds: images.map((image) => image.id) }))
  tellOutcome({ done: 'deleted', outcomes })
}
