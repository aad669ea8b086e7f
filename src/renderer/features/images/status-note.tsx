import type { Image, Transfer } from '../../../shared/domain.ts'
import { type Remedy, standstill } from '../../../shared/stuck.ts'
import { Button } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { toast } from '../../components/toasts.tsx'
import { useNow } from '../../lib/use-now.ts'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { openDialog } from '../../stores/ui.ts'
import { runAction } from '../image-actions/image-actions.ts'
import { actNow } from '../transfers/actions.ts'
import { isRunning } from '../transfers/words.ts'

const helps: Readonly<Record<Remedy, string>> = {
  wait: 'wait',
  retry: 'send its data again',
  'delete-and-begin-again': 'delete it and begin again',
  reactivate: 'reactivate it, or ask its owner to',
  'ask-operator': 'ask who runs the cloud',
}

/** What an image that is not simply active waits for, and what helps, as buttons. Nothing where there is nothing to say. */
export function StatusNote({ image, cloudId }: { image: Image; cloudId: string | null }) {
  const now = useNow(30_000)
  const ours = useData((data) =>
    [...data.transfers.values()].some((row) => row.imageId === image.id && row.cloudId === cloudId && isRunning(row)),
  )
  const found = standstill(image, now, ours)
  if (found === null) return null
  const options = found.remedies.map((remedy) => helps[remedy])
  const what = options.length < 2 ? options.join('') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`
  return (
    <div className={`finding statusnote ${found.needsSomebody ? 'warn' : 'note'}`}>
      <div>
        <p>{found.sentence}</p>
        <p className="more">{`What helps: ${what}.`}</p>
        {cloudId !== null && <Remedies image={image} cloudId={cloudId} remedies={found.remedies} sentence={found.sentence} />}
      </div>
    </div>
  )
}

function Remedies({
  image,
  cloudId,
  remedies,
  sentence,
}: {
  image: Image
  cloudId: string
  remedies: readonly Remedy[]
  sentence: string
}) {
  // The transfer that could bring the data again: ours, and over.
  const again = useData((data) => lastEnded(data.transfers.values(), cloudId, image.id))
  return (
    <div className="remedies">
      {remedies.map((remedy) => {
        const button = buttonFor(remedy, image, cloudId, again, sentence)
        return (
          button !== null && (
            <Button key={remedy} small onClick={button.run}>
              {button.label}
            </Button>
          )
        )
      })}
    </div>
  )
}

function buttonFor(
  remedy: Remedy,
  image: Image,
  cloudId: string,
  again: Transfer | undefined,
  sentence: string,
): { label: string; run(): void } | null {
  switch (remedy) {
    case 'wait':
      return { label: 'Look again', run: () => void ask('images.refresh', { cloudId }) }
    case 'retry':
      if (image.status === 'active')
        return { label: 'Copy to stores…', run: () => openDialog({ kind: 'copy-to-stores', cloudId, imageIds: [image.id] }) }
      if (again?.actions.includes('retry') !== true) return null
      return { label: 'Send its data again', run: () => void actNow([again.id], 'retry') }
    case 'delete-and-begin-again':
      if (again?.actions.includes('begin-again') === true)
        return { label: 'Delete it, begin again', run: () => void actNow([again.id], 'begin-again') }
      if (image.status === 'deleted') return null
      return { label: 'Delete…', run: () => openDialog({ kind: 'delete-images', cloudId, imageIds: [image.id] }) }
    case 'reactivate':
      return {
        label: 'Reactivate',
        run: () => {
          const cloud = useData.getState().clouds.find(({ id }) => id === cloudId)
          if (cloud !== undefined) runAction(['reactivate'], cloud, [image])
        },
      }
    case 'ask-operator':
      return {
        label: 'Copy what to tell them',
        run: () => void copyText(report(image, sentence)).then((done) => done && toast('Copied', { shape: 'tick', tone: 'ok' })),
      }
  }
}

/** For a message to who runs the cloud. */
function report(image: Image, sentence: string): string {
  const imports = Object.entries(image.properties).filter(([key, value]) => key.startsWith('os_glance_') && value !== '')
  return [
    `Image ${image.id} (${image.name ?? 'no name'}) is ${image.status} since ${image.updatedAt}.`,
    sentence,
    ...imports.map(([key, value]) => `${key}: ${value}`),
  ].join('\n')
}

function lastEnded(transfers: Iterable<Transfer>, cloudId: string, imageId: string): Transfer | undefined {
  let last: Transfer | undefined
  for (const transfer of transfers) {
    if (transfer.kind !== 'upload' || transfer.imageId !== imageId || transfer.cloudId !== cloudId || transfer.endedAt === null) continue
    if (last === undefined || transfer.endedAt > (last.endedAt ?? 0)) last = transfer
  }
  return last
}

/** Fields that are empty here because the cloud wrote them as nobody reads them. */
export function UnreadableNote({ fields }: { fields: readonly string[] | undefined }) {
  if (fields === undefined) return null
  return (
    <div className="finding statusnote warn">
      <div>
        <p>The cloud’s record has {fields.join(', ')} in a form that the Image API does not know.</p>
        <p className="more">Shown here as not there; the tab JSON has it as the cloud wrote it.</p>
      </div>
    </div>
  )
}
