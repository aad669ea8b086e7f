import { X } from 'lucide-react'
import { useEffect } from 'react'
import type { Image } from '../../../shared/domain.ts'
import type { ImageTask } from '../../../shared/image-protocol.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/shape.tsx'
import { exactTime } from '../../lib/time.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { useNow } from '../../lib/use-now.ts'
import { useCloud } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { AskedState } from './asked-state.tsx'

const RUNNING_MS = 2000

/** Where the data is, and what the cloud did with it: stores, addresses, imports. */
export function InspectorData({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId) ?? ''
  return (
    <>
      <Stores cloudId={cloudId} image={image} />
      <div className="rule" />
      <Tasks cloudId={cloudId} image={image} />
    </>
  )
}

function Stores({ cloudId, image }: { cloudId: string; image: Image }) {
  const capabilities = useCloud(cloudId)?.capabilities ?? null
  const raw = useAsked('images.raw', { cloudId, imageId: image.id }, image.updatedAt + image.stores.join())
  const others = capabilities?.stores.filter((store) => !store.readOnly && !image.stores.includes(store.id)) ?? []
  const canCopy = image.status === 'active' && others.length > 0 && capabilities?.importMethods.includes('copy-image') === true
  const coming = listed(image.properties.os_glance_importing_to_stores)
  const failed = listed(image.properties.os_glance_failed_import)
  // Without a lock and a status that says so, nobody may be at work on it any more.
  const moving = image.status !== 'queued' || (image.properties.os_glance_import_task ?? '') !== ''
  return (
    <section aria-label="Stores" className="insp-part">
      <h3 className="medium">Stores</h3>
      {image.stores.length === 0 && coming.length === 0 && (
        <p className="t2">{image.status === 'queued' ? 'It has no data yet.' : 'The cloud does not say in which store its data is.'}</p>
      )}
      <ul className="members">
        {image.stores.map((id) => {
          const store = capabilities?.stores.find((each) => each.id === id)
          return (
            <li key={id}>
              <span className="medium cut" title={store?.description ?? undefined}>
                {id}
              </span>
              <span className="t2 grow cut">
                {[store?.isDefault ? 'default' : null, store?.description].filter((part) => part).join(', ')}
              </span>
              {image.stores.length > 1 && (
                <IconButton
                  small
                  icon={X}
                  label={`Remove from ${id}…`}
                  onClick={() => openDialog({ kind: 'remove-from-store', cloudId, imageIds: [image.id], store: id })}
                />
              )}
            </li>
          )
        })}
        {coming
          .filter((id) => !image.stores.includes(id))
          .map((id) => (
            <li key={`coming ${id}`}>
              <span className="medium cut">{id}</span>
              <span className="status t2">
                <Shape name={moving ? 'into' : 'clock'} tone={moving ? 'accent' : 't2'} /> {moving ? 'on its way' : 'asked for'}
              </span>
            </li>
          ))}
        {failed
          .filter((id) => !image.stores.includes(id) && !coming.includes(id))
          .map((id) => (
            <li key={`failed ${id}`}>
              <span className="medium cut">{id}</span>
              <span className="status danger">
                <Shape name="stop" tone="danger" /> the last import failed
              </span>
            </li>
          ))}
      </ul>
      {canCopy && (
        <div>
          <Button onClick={() => openDialog({ kind: 'copy-to-stores', cloudId, imageIds: [image.id] })}>Copy to stores…</Button>
        </div>
      )}
      {(raw.value?.locations ?? []).map((url) => (
        <p key={url} className="location">
          <span className="mono small">{url}</span> <CopyButton text={url} what="address" />
        </p>
      ))}
    </section>
  )
}

const taskLooks: Readonly<Record<string, readonly [ShapeName, Tone]>> = {
  pending: ['clock', 't2'],
  processing: ['into', 'accent'],
  success: ['tick', 'ok'],
  failure: ['stop', 'danger'],
}

function Tasks({ cloudId, image }: { cloudId: string; image: Image }) {
  const now = useNow(30_000)
  const moving = Object.entries(image.properties)
    .filter(([key]) => key.startsWith('os_glance'))
    .join()
  const asked = useAsked('images.tasks', { cloudId, imageId: image.id }, image.updatedAt + image.status + moving)
  const tasks = asked.value ?? []
  const running = tasks.some((task) => task.status === 'pending' || task.status === 'processing')
  const { again } = asked
  useEffect(() => {
    if (!running) return
    const timer = setInterval(again, RUNNING_MS)
    return () => clearInterval(timer)
  }, [running, again])
  return (
    <section aria-label="Tasks and imports" className="insp-part">
      <h3 className="medium">Tasks and imports</h3>
      {asked.error?.code === 'not-found' ? (
        <p className="t2">This cloud does not tell of its tasks.</p>
      ) : (
        <AskedState asked={asked} what="tasks" />
      )}
      {asked.value !== null && tasks.length === 0 && <p className="t2">No import of the last days. Clouds forget them after a while.</p>}
      <ul className="tasks">
        {tasks.map((task) => (
          <Task key={task.id} task={task} now={now} />
        ))}
      </ul>
    </section>
  )
}

function Task({ task, now }: { task: ImageTask; now: number }) {
  const [shape, tone] = taskLooks[task.status] ?? ['question', 't2']
  const at = task.createdAt === null ? Number.NaN : Date.parse(task.createdAt)
  return (
    <li>
      <div className="status">
        <Shape name={shape} tone={tone} />
        <span className="medium">{task.method ?? task.type}</span>
        <span className="t2">{task.status}</span>
      </div>
      {task.stores.length > 0 && <div className="t2 small">to {task.stores.join(', ')}</div>}
      {task.message !== null && <div className="small">{task.message}</div>}
      {!Number.isNaN(at) && <div className="t3 small">{exactTime(at, now)}</div>}
    </li>
  )
}

function listed(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((part) => part !== '')
}
