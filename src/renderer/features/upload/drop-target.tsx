import { useEffect, useState } from 'react'
import { Icon } from '../../components/icon.tsx'
import { Upload } from '../../components/own-icons.ts'
import { useCloud, useData } from '../../stores/data.ts'
import { type OpenDialog, useUi } from '../../stores/ui.ts'
import { checkDropped } from '../checks/actions.ts'
import { addFiles, targetCloud } from './actions.ts'
import { useDraft } from './draft.ts'

/** The image that a dropped file is to be compared with, while that is asked for. */
const comparedWith = ({ dialog }: { dialog: OpenDialog | null }): string | null => (dialog?.kind === 'check' ? dialog.imageName : null)
const comparing = (): string | null => comparedWith(useUi.getState())

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** The whole window takes files; while some hang over it, it says where they would go. */
export function DropTarget() {
  const [over, setOver] = useState(false)
  const draft = useDraft()
  const shown = useUi((ui) => ui.cloudId)
  const target = useData((data) => targetCloud(data.clouds, shown))
  const cloud = useCloud(draft.open ? draft.cloudId : target)
  const compared = useUi(comparedWith)
  useEffect(() => {
    // Enter and leave come for every element passed. An element that is taken out of the page under the files never says that they have left.
    const entered = new Set<Node>()
    const settle = (): void => {
      for (const element of entered) if (!element.isConnected) entered.delete(element)
      setOver(entered.size > 0)
    }
    const accept = (event: DragEvent): void => {
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
    }
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      // When they come to lie over another element, this event stands for a `dragover`: unless it accepts them, a drop right after it is refused.
      accept(event)
      if (event.target instanceof Node) entered.add(event.target)
      settle()
    }
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      if (event.target instanceof Node) entered.delete(event.target)
      settle()
    }
    const hover = (event: DragEvent): void => {
      if (hasFiles(event)) accept(event)
    }
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      entered.clear()
      setOver(false)
      if (event.dataTransfer === null) return
      void (comparing() === null ? addFiles : checkDropped)(event.dataTransfer)
    }
    addEventListener('dragenter', enter)
    addEventListener('dragleave', leave)
    addEventListener('dragover', hover)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragleave', leave)
      removeEventListener('dragover', hover)
      removeEventListener('drop', drop)
    }
  }, [])
  if (!over) return null
  return (
    <div className="drop-all">
      <div>
        <div className="card">
          <Icon of={Upload} size={24} />
          <div className="text-title strong">
            {compared !== null
              ? `Drop to compare with ${compared}`
              : draft.open
                ? 'Drop to add to this upload'
                : `Drop to upload to ${cloud?.name ?? 'This computer'}`}
          </div>
          <div className="t2">
            {compared !== null ? 'Nothing is sent to the cloud.' : 'Nothing is sent yet: names and formats come first.'}
          </div>
        </div>
      </div>
    </div>
  )
}
