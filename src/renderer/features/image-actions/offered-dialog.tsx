import { type ReactNode, useRef, useState } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { formatBytes } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useAsked } from '../../lib/use-asked.ts'
import { bridge } from '../../stores/core.ts'
import { useCloud } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { AskedState } from '../images/asked-state.tsx'
import { imageLabel } from '../images/image-label.ts'
import { failuresOf } from './outcome-words.ts'
import { outcomesOf, tellOutcome } from './tell-outcome.ts'

/** Images that other projects share with this one, and that wait for an answer or were rejected: no list shows them. */
export function OfferedDialog({ cloudId }: { cloudId: string }) {
  const cloud = useCloud(cloudId)
  const [round, setRound] = useState(0)
  const pending = useAsked('images.offered', { cloudId, status: 'pending' }, round)
  const rejected = useAsked('images.offered', { cloudId, status: 'rejected' }, round)
  const [busy, setBusy] = useState(false)
  const close = useRef<HTMLButtonElement>(null)
  const answer = async (images: readonly Image[], said: 'accepted' | 'rejected'): Promise<void> => {
    setBusy(true)
    const imageIds = images.map((image) => image.id)
    const outcomes = await outcomesOf(images, () => bridge.call('images.answerShare', { cloudId, imageIds, answer: said }))
    setBusy(false)
    setRound((count) => count + 1)
    const summary = { done: said, outcomes }
    tellOutcome(summary)
    if (failuresOf(summary).length === 0 && images.length === waiting.length && said === 'accepted') closeDialog()
  }
  const waiting = pending.value ?? []
  const turnedDown = rejected.value ?? []
  return (
    <Dialog wide title={`Offered to ${cloud?.project ?? cloud?.name ?? 'this project'}`} onClose={closeDialog} initialFocus={close}>
      <p className="t2">
        Other projects share these images with yours. Accepted ones are in your list; rejected ones can still be accepted.
      </p>
      <AskedState asked={pending} what="offers" />
      {pending.value !== null && waiting.length === 0 && turnedDown.length === 0 && <p>Nothing is offered.</p>}
      <ul className="offers" aria-label="Offered images">
        {waiting.map((image) => (
          <Offer key={image.id} image={image}>
            <Button small disabled={busy} aria-label={`Reject ${imageLabel(image)}`} onClick={() => void answer([image], 'rejected')}>
              Reject
            </Button>
            <Button small disabled={busy} aria-label={`Accept ${imageLabel(image)}`} onClick={() => void answer([image], 'accepted')}>
              Accept
            </Button>
          </Offer>
        ))}
        {turnedDown.map((image) => (
          <Offer key={image.id} image={image}>
            <span className="t2 small">rejected</span>
            <Button small disabled={busy} aria-label={`Accept ${imageLabel(image)}`} onClick={() => void answer([image], 'accepted')}>
              Accept
            </Button>
          </Offer>
        ))}
      </ul>
      <div className="btns">
        <Button ref={close} onClick={closeDialog}>
          Close
        </Button>
        {waiting.length > 1 && (
          <Button kind="primary" disabled={busy} onClick={() => void answer(waiting, 'accepted')}>
            Accept all {waiting.length}
          </Button>
        )}
      </div>
    </Dialog>
  )
}

function Offer({ image, children }: { image: Image; children: ReactNode }) {
  const facts = [image.size === null ? 'no data' : formatBytes(image.size), image.diskFormat, image.status].filter((fact) => fact !== null)
  return (
    <li>
      <div className="grow">
        <div className="medium cut">{imageLabel(image)}</div>
        <div className="small t2 cut">
          {facts.join(' · ')}, of the project {image.owner ?? 'unknown'}
        </div>
      </div>
      {children}
    </li>
  )
}
