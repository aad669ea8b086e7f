import { type DragEvent, useEffect, useState } from 'react'
import { create } from 'zustand'
import type { Cloud } from '../../../shared/domain.ts'
import { plural } from '../../lib/plural.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { isTarget, targets } from '../images/selection.ts'

/** Images on their way from the table of one cloud to another in the sidebar. What is dragged cannot be read before it is dropped, so it is kept here. */
interface Dragged {
  cloudId: string
  imageIds: readonly string[]
}

const useDragged = create<{ dragged: Dragged | null }>(() => ({ dragged: null }))

/** Tells our own drag from that of files and texts. */
const TYPE = 'application/x-glancer-images'

/** Begins to drag a row: all that are chosen, if it is among them, else it alone. */
export function dragRow(event: DragEvent, imageId: string): void {
  const { cloudId, selection } = useUi.getState()
  if (cloudId === null) return
  const imageIds = isTarget(selection, imageId) ? targets(selection) : [imageId]
  event.dataTransfer.effectAllowed = 'copy'
  event.dataTransfer.setData(TYPE, imageIds.join(' '))
  const chip = document.createElement('div')
  chip.className = 'drag-chip'
  chip.textContent = plural(imageIds.length, 'image')
  document.body.append(chip)
  event.dataTransfer.setDragImage(chip, -12, -8)
  // The browser takes its picture of it when this event is over.
  setTimeout(() => chip.remove())
  useDragged.setState({ dragged: { cloudId, imageIds } })
}

export function endDrag(): void {
  useDragged.setState({ dragged: null })
}

/** How a cloud in the sidebar takes images that are dragged from another. */
export function useCopyDrop(cloud: Cloud) {
  const dragged = useDragged((state) => state.dragged)
  const [over, setOver] = useState(false)
  const takes = dragged !== null && dragged.cloudId !== cloud.id
  useEffect(() => {
    if (!takes) setOver(false)
  }, [takes])
  const hover = (event: DragEvent): void => {
    if (!takes) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    setOver(true)
  }
  return {
    takes,
    /** What a drop would do, while the images hang over it. */
    words: takes && over ? `Copy ${plural(dragged.imageIds.length, 'image')} here…` : null,
    on: {
      onDragEnter: hover,
      onDragOver: hover,
      onDragLeave: (event: DragEvent) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false)
      },
      onDrop: (event: DragEvent) => {
        if (!takes) return
        event.preventDefault()
        openDialog({ kind: 'copy-to-cloud', cloudId: dragged.cloudId, imageIds: dragged.imageIds, to: cloud.id })
        endDrag()
      },
    },
  }
}
