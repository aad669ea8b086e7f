import { X } from 'lucide-react'
import { useState } from 'react'
import type { Image } from '../../../shared/domain.ts'
import { toErrorShape } from '../../../shared/errors.ts'
import type { Member } from '../../../shared/image-protocol.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/shape.tsx'
import { toastFailure } from '../../components/toasts.tsx'
import { useAsked } from '../../lib/use-asked.ts'
import { ask, bridge, sentence } from '../../stores/core.ts'
import { useCloud } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { offerUndo } from '../../stores/undo.ts'
import { AskedState } from './asked-state.tsx'

const looks: Readonly<Record<string, readonly [ShapeName, Tone, string]>> = {
  accepted: ['tick', 'ok', 'accepted'],
  rejected: ['cross', 't2', 'rejected'],
  pending: ['clock', 't2', 'no answer yet'],
}

const whoSees: Readonly<Record<string, string>> = {
  private: 'Only its own project sees this image.',
  community: 'Everybody who knows its id can use this image; it is in nobody else’s list.',
  public: 'Everybody in this cloud sees this image.',
}

/** Who the image is shared with, and what they said to it. Only an image of visibility `shared` has members. */
export function InspectorSharing({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId) ?? ''
  const cloud = useCloud(cloudId)
  if (image.visibility !== 'shared') {
    const mine = image.owner === null || image.owner === cloud?.projectId || cloud?.kind === 'built-in'
    return (
      <>
        <p className="t2">{whoSees[image.visibility] ?? `Its visibility is ${image.visibility}.`}</p>
        {mine && (
          <div>
            <Button onClick={() => openDialog({ kind: 'share', cloudId, imageIds: [image.id] })}>Share with projects…</Button>
          </div>
        )}
      </>
    )
  }
  return <Members cloudId={cloudId} image={image} projectId={cloud?.projectId ?? null} />
}

function Members({ cloudId, image, projectId }: { cloudId: string; image: Image; projectId: string | null }) {
  const [round, setRound] = useState(0)
  const dialog = useUi((ui) => ui.dialog)
  const asked = useAsked('images.members', { cloudId, imageId: image.id }, `${image.updatedAt} ${round} ${dialog === null}`)
  const members = asked.value ?? []
  const owner = image.owner === projectId || projectId === null
  const again = (): void => setRound((count) => count + 1)
  const unshare = async (member: Member): Promise<void> => {
    const project = member.projectId
    if ((await ask('images.unshare', { cloudId, imageId: image.id, projectId: project })) === null) return
    again()
    offerUndo({
      done: `No longer shared with ${project}`,
      run: async () => {
        const outcomes = await bridge
          .call('images.share', { cloudId, imageId: image.id, projectIds: [project] })
          .catch((thrown: unknown) => [{ id: project, error: toErrorShape(thrown) }])
        const error = outcomes[0]?.error ?? null
        if (error !== null) toastFailure(`Not shared again with ${project}. ${sentence(error)}`)
        again()
      },
    })
  }
  return (
    <>
      <AskedState asked={asked} what="members" />
      {asked.value !== null && members.length === 0 && <p className="t2">Not shared with any project yet.</p>}
      {members.length > 0 && (
        <ul className="members">
          {members.map((member) => {
            const [shape, tone, word] = looks[member.status] ?? ['question', 't2', member.status]
            return (
              <li key={member.projectId}>
                <span className="mono cut" title={member.projectId}>
                  {member.projectId}
                </span>
                <CopyButton text={member.projectId} what="project id" />
                <span className="status t2">
                  <Shape name={shape} tone={tone} /> {word}
                </span>
                {owner && (
                  <IconButton small icon={X} label={`Stop sharing with ${member.projectId}`} onClick={() => void unshare(member)} />
                )}
              </li>
            )
          })}
        </ul>
      )}
      {owner && (
        <div>
          <Button onClick={() => openDialog({ kind: 'share', cloudId, imageIds: [image.id] })}>Share with projects…</Button>
        </div>
      )}
      {!owner && <p className="t2 small">Shared by the project {image.owner}.</p>}
    </>
  )
}
