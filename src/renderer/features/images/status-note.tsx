import type { Image } from '../../../shared/domain.ts'
import { type Remedy, standstill } from '../../../shared/stuck.ts'
import { useNow } from '../../lib/use-now.ts'
import { useData } from '../../stores/data.ts'
import { isRunning } from '../transfers/words.ts'

const helps: Readonly<Record<Remedy, string>> = {
  wait: 'wait',
  retry: 'send its data again',
  'delete-and-begin-again': 'delete it and begin again',
  reactivate: 'reactivate it, or ask its owner to',
  'ask-operator': 'ask who runs the cloud',
}

/** What an image that is not simply active waits for, and what helps. Nothing where there is nothing to say. */
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
      </div>
    </div>
  )
}
