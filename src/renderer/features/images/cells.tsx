import { memo } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { bytesQuantity, formatExactBytes, formatPercent } from '../../../shared/units.ts'
import { Cell } from '../../components/part.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { Shape } from '../../components/shape.tsx'
import { oneLine } from '../../lib/one-line.ts'
import { exactTime, shortTime } from '../../lib/time.ts'
import { useTimeText } from '../../lib/use-now.ts'
import { useCloud, useMovingTransfer } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import type { Column } from './columns.ts'
import { imageLabel } from './image-label.ts'
import { statusLook } from './status-words.ts'

/** One cell of a row. It is drawn anew only when its image is another. */
export const ColumnCell = memo(function ColumnCell({ column, image }: { column: Column; image: Image }) {
  switch (column.kind) {
    case 'status':
      return <StatusCell image={image} />
    case 'size':
      return <SizeCell bytes={bytesOf(column, image)} />
    case 'time':
      return <TimeCell time={column.text(image)} />
    case 'owner':
      return <OwnerCell owner={image.owner} />
    default: {
      const text = column.text(image)
      const line = text === null || text === '' ? null : oneLine(text)
      const number = column.kind === 'number'
      return (
        <Cell
          className={number ? 'num dim' : column.kind === 'mono' ? 'dim cut mono' : 'dim cut'}
          role="gridcell"
          title={line ?? undefined}
          dir={number ? undefined : 'auto'}
        >
          {line ?? <span className="t3">–</span>}
        </Cell>
      )
    }
  }
})

function bytesOf(column: Column, image: Image): number | null {
  const value = column.value(image)
  return typeof value === 'number' ? value : null
}

function SizeCell({ bytes }: { bytes: number | null }) {
  if (bytes === null)
    return (
      <Cell className="num t3" role="gridcell" title="The cloud has no data of this image">
        –
      </Cell>
    )
  const { value, unit } = bytesQuantity(bytes)
  return (
    <Cell className="num" role="gridcell" title={formatExactBytes(bytes)}>
      {value} <span className="unit">{unit}</span>
    </Cell>
  )
}

function TimeCell({ time }: { time: string | null }) {
  const at = Date.parse(time ?? '')
  const text = useTimeText(at, shortTime)
  return Number.isNaN(at) ? (
    <Cell className="num t3" role="gridcell">
      –
    </Cell>
  ) : (
    <Cell className="num dim" role="gridcell" title={exactTime(at, Date.now())}>
      {text}
    </Cell>
  )
}

/** One's own project by its name; of others only the id is known. */
function OwnerCell({ owner }: { owner: string | null }) {
  const cloud = useCloud(useUi((ui) => ui.cloudId))
  return (
    <Cell className="dim cut" role="gridcell" title={owner ?? undefined} dir="auto">
      {owner === null ? <span className="t3">–</span> : owner === cloud?.projectId ? (cloud.project ?? owner) : owner}
    </Cell>
  )
}

const uploading: ReadonlySet<string> = new Set(['queued', 'saving', 'uploading', 'importing'])

function StatusCell({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId) ?? ''
  const transfer = useMovingTransfer(cloudId, image.id)
  const look = statusLook(image)
  const total = transfer?.bytesTotal ?? null
  const reads = transfer !== undefined && (transfer.kind === 'download' || transfer.imageId !== image.id)
  // What was sent is no news any more once the cloud calls the image active; what is received is, whatever its status.
  const moves = transfer !== undefined && transfer.state !== 'preparing' && (reads || uploading.has(image.status))
  return (
    <Cell className="status" role="gridcell">
      <Shape name={look.shape} tone={look.tone} />
      {look.word}
      {moves && total !== null ? (
        <>
          <ProgressBar
            done={transfer.bytesDone}
            total={total}
            idle={transfer.state !== 'transferring'}
            label={`${reads ? 'Receiving' : look.word}, ${imageLabel(image)}`}
          />
          <span className="t2">{formatPercent(transfer.bytesDone, total)}</span>
        </>
      ) : (
        look.aside !== null && <span className="t2 cut">{look.aside}</span>
      )}
    </Cell>
  )
}
