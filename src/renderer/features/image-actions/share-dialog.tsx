import { useId, useRef, useState } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { type ErrorShape, toErrorShape } from '../../../shared/errors.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { GrowText } from '../../components/grow-text.tsx'
import { plural } from '../../lib/plural.ts'
import { bridge } from '../../stores/core.ts'
import { useImages } from '../../stores/data.ts'
import { closeDialog, closeIfStill, useUi } from '../../stores/ui.ts'
import { imageLabel } from '../images/image-label.ts'
import type { Outcome } from './outcome-words.ts'
import { projectIds } from './project-ids.ts'
import { tellOutcome } from './tell-outcome.ts'

/** Shares images with projects, by their ids; what is not `shared` yet becomes so first. */
export function ShareDialog({ cloudId, imageIds }: { cloudId: string; imageIds: readonly string[] }) {
  const known = useImages(cloudId)
  const images = imageIds.flatMap((id) => known.get(id) ?? [])
  const others = images.filter((image) => image.visibility !== 'shared')
  const [text, setText] = useState('')
  const [sharing, setSharing] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const ids = projectIds(text)
  const only = images.length === 1 ? images[0] : undefined
  const share = async (): Promise<void> => {
    if (ids.length === 0 || sharing) return
    setSharing(true)
    const { dialog } = useUi.getState()
    const outcomes: Outcome[] = []
    for (const image of images) outcomes.push({ id: image.id, label: imageLabel(image), error: await shareOne(cloudId, image, ids) })
    closeIfStill(dialog)
    tellOutcome({ done: `shared with ${ids.length === 1 ? ids[0] : plural(ids.length, 'project')}`, outcomes })
  }
  return (
    <Dialog
      title={`Share ${only === undefined ? plural(images.length, 'image') : imageLabel(only)}`}
      onClose={closeDialog}
      initialFocus={field}
    >
      <p className="t2">
        Each project finds it among what is offered to it, and can use it at once by its id. The cloud does not say whether there is such a
        project.
      </p>
      <p>
        <label className="label" htmlFor={id}>
          Project ids, one a line
        </label>
        <GrowText
          ref={field}
          id={id}
          className="mono"
          value={text}
          onChange={setText}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            if (event.ctrlKey || event.metaKey) void share()
            else setText(`${text}\n`)
          }}
        />
      </p>
      {others.length > 0 && (
        <p className="t2">
          {only === undefined ? `${plural(others.length, 'image')} of them ${others.length === 1 ? 'is' : 'are'}` : 'It is'}{' '}
          {[...new Set(others.map((image) => image.visibility))].join(', ')} now, and {only === undefined ? 'get' : 'gets'} the visibility
          shared first.
        </p>
      )}
      <div className="btns">
        <Button onClick={closeDialog}>Cancel</Button>
        <Button kind="primary" disabled={ids.length === 0 || sharing || images.length === 0} onClick={() => void share()}>
          {sharing ? 'Sharing…' : ids.length < 2 ? 'Share' : `Share with ${ids.length} projects`}
        </Button>
      </div>
    </Dialog>
  )
}

/** The first thing that went wrong, or null. A project that has the image already is as good as shared now. */
async function shareOne(cloudId: string, image: Image, projects: readonly string[]): Promise<ErrorShape | null> {
  try {
    if (image.visibility !== 'shared') {
      const { refused } = await bridge.call('images.change', { cloudId, imageId: image.id, changes: { visibility: 'shared' } })
      if (refused !== null) return refused.error
    }
    const outcomes = await bridge.call('images.share', { cloudId, imageId: image.id, projectIds: [...projects] })
    return outcomes.find(({ error }) => error !== null && error.code !== 'conflict')?.error ?? null
  } catch (thrown) {
    return toErrorShape(thrown)
  }
}
