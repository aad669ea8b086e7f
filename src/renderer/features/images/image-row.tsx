import { clsx } from 'clsx'
import { Check, EyeOff } from 'lucide-react'
import { memo } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { Icon } from '../../components/icon.tsx'
import { MiddleText } from '../../components/middle-text.tsx'
import { Lock } from '../../components/own-icons.ts'
import { Box, Cell, Press } from '../../components/part.tsx'
import { commandKey } from '../../lib/keys.ts'
import { useUi } from '../../stores/ui.ts'
import { dragRow, endDrag } from '../copy/drag.ts'
import { ColumnCell } from './cells.tsx'
import type { Column } from './columns.ts'
import { imageLabel } from './image-label.ts'
import { isTarget, press, tick } from './selection.ts'
import { shownOrder } from './shown-order.ts'

/** What the id of every row's element begins with. */
export const ROW_ID = 'image-'

export function rowId(imageId: string): string {
  return ROW_ID + imageId
}

interface ImageRowProps {
  image: Image
  index: number
  top: number
  columns: readonly Column[]
}

/** A row is drawn anew when its image, its place or its part in the selection changed; other rows' changes do not reach it. */
export const ImageRow = memo(function ImageRow({ image, index, top, columns }: ImageRowProps) {
  const { id } = image
  const selected = useUi((ui) => isTarget(ui.selection, id))
  const ticked = useUi((ui) => ui.selection.checked.has(id))
  const current = useUi((ui) => ui.selection.current === id)
  return (
    <Box
      id={rowId(id)}
      role="row"
      aria-label={imageLabel(image)}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={clsx('tr', selected && 'sel', current && 'cur')}
      style={{ transform: `translateY(${top}px)` }}
      draggable
      onDragStart={(event) => dragRow(event, id)}
      onDragEnd={endDrag}
      onClick={(event) =>
        useUi.setState((ui) => ({
          selection: press(ui.selection, id, { add: commandKey(event), range: event.shiftKey }, shownOrder()),
        }))
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
        {image.hidden && (
          <span title="Hidden from lists">
            <Icon of={EyeOff} size={12} />
            <span className="vh">hidden</span>
          </span>
        )}
      </Cell>
      {columns.map((column) => (
        <ColumnCell key={column.id} column={column} image={image} />
      ))}
    </Box>
  )
})
