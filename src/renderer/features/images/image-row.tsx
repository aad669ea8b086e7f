import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import { memo } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { bytesQuantity, formatExactBytes, formatPercent } from '../../../shared/units.ts'
import { Icon } from '../../components/icon.tsx'
import { MiddleText } from '../../components/middle-text.tsx'
import { Lock } from '../../components/own-icons.ts'
import { Box, Cell, Press } from '../../components/part.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { Shape } from '../../components/shape.tsx'
import { commandKey } from '../../lib/keys.ts'
import { exactTime, shortTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { useMovingTransfer } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { isTarget, press, tick } from './selection.ts'
import { statusLook } from './status-words.ts'

/** What the id of every row's element begins with. */
export const ROW_ID = 'image-'

export function rowId(imageId: string): string {
  return ROW_ID + imageId
}

/** What an image is called where it has no name. */
export function imageLabel(image: Pick<Image, 'id' | 'name'>): string {
  return image.name === null || image.name === '' ? `Unnamed, ${image.id}` : image.name
}

interface ImageRowProps {
  image: Image
  index: number
  top: number
  order: readonly string[]
}

export const ImageRow = memo(function ImageRow({ image, index, top, order }: ImageRowProps) {
  const { id } = image
  const selected = useUi((ui) => isTarget(ui.selection, id))
  const ticked = useUi((ui) => ui.selection.checked.has(id))
  const current = useUi((ui) => ui.selection.current === id)
  const now = useNow(30_000)
  const updated = Date.parse(image.updatedAt)
  return (
    <Box
      id={rowId(id)}
      role="row"
      aria-label={imageLabel(image)}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={clsx('tr', selected && 'sel', current && 'cur')}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) =>
        useUi.setState((ui) => ({ selection: press(ui.selection, id, { add: commandKey(event), range: event.shiftKey }, order) }))
      }
      onDoubleClick={() => useUi.setState({ inspector: true, peek: true })}
    >
      <Cell className="td-pick" role="gridcell">
        <Press
          role="checkbox"
          aria-checked={ticked}
          aria-label={`Select ${imageLabel(image)}`}
          className={ticked ? 'check visible' : 'check'}
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation()
            useUi.setState((ui) => ({ selection: tick(ui.selection, id) }))
          }}
        >
          {ticked && <Icon of={Check} size={12} />}
        </Press>
      </Cell>
      <Cell className="name" role="gridcell">
        {image.name === null || image.name === '' ? <span className="t2 cut">Unnamed, {id}</span> : <MiddleText text={image.name} />}
        {image.protected && (
          <span title="Protected from deletion">
            <Icon of={Lock} size={12} />
            <span className="vh">protected</span>
          </span>
        )}
      </Cell>
      <StatusCell image={image} />
      <Cell
        className="num"
        role="gridcell"
        title={image.size === null ? 'The cloud has no data of this image' : formatExactBytes(image.size)}
      >
        <Size bytes={image.size} />
      </Cell>
      <Cell className="dim cut c-format" role="gridcell">
        {image.diskFormat ?? '–'}
      </Cell>
      <Cell className="dim cut c-vis" role="gridcell">
        {image.visibility}
      </Cell>
      <Cell className="num dim" role="gridcell" title={Number.isNaN(updated) ? undefined : exactTime(updated, now)}>
        {Number.isNaN(updated) ? '–' : shortTime(updated, now)}
      </Cell>
    </Box>
  )
})

function Size({ bytes }: { bytes: number | null }) {
  if (bytes === null) return <span className="t3">–</span>
  const { value, unit } = bytesQuantity(bytes)
  return (
    <>
      {value} <span className="unit">{unit}</span>
    </>
  )
}

function StatusCell({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId) ?? ''
  const transfer = useMovingTransfer(cloudId, image.id)
  const look = statusLook(image)
  const total = transfer?.bytesTotal ?? null
  const ours = transfer !== undefined && total !== null && ['queued', 'saving', 'uploading'].includes(image.status)
  return (
    <Cell className="status" role="gridcell">
      <Shape name={look.shape} tone={look.tone} />
      {look.word}
      {ours && transfer.state !== 'preparing' ? (
        <>
          <ProgressBar
            done={transfer.bytesDone}
            total={total}
            idle={transfer.state !== 'transferring'}
            label={`${look.word}, ${imageLabel(image)}`}
          />
          <span className="t2">{formatPercent(transfer.bytesDone, total)}</span>
        </>
      ) : (
        look.aside !== null && <span className="t2 cut">{look.aside}</span>
      )}
    </Cell>
  )
}
