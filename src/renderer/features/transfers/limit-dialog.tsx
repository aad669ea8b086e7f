import { type FormEvent, useRef, useState } from 'react'
import { formatRate } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ask } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { readLimit } from './read-limit.ts'

const OFFERED = [1, 5, 10, 50, 100]

/** The speed that one or several transfers may use, each for itself. Empty = no limit of their own. */
export function LimitDialog({ transferIds }: { transferIds: readonly string[] }) {
  const { transfers, settings } = useData.getState()
  const first = transfers.get(transferIds[0] ?? '')
  const [text, setText] = useState(first?.speedLimit == null ? '' : String(first.speedLimit / 1_000_000))
  const field = useRef<HTMLInputElement>(null)
  const limit = readLimit(text)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (limit === undefined) return
    closeDialog()
    void ask('transfers.limit', { ids: [...transferIds], speedLimit: limit })
  }
  if (first === undefined) return null
  return (
    <Dialog
      title={transferIds.length === 1 ? `Speed limit of ${first.imageName}` : `Speed limit of ${transferIds.length} transfers`}
      onClose={closeDialog}
      initialFocus={field}
    >
      <form onSubmit={submit} className="contents">
        <label className="limit-field">
          <span>At most</span>
          <input
            ref={field}
            className={limit === undefined ? 'field num bad' : 'field num'}
            inputMode="decimal"
            value={text}
            placeholder="no limit"
            aria-invalid={limit === undefined}
            aria-describedby="limit-note"
            onChange={(event) => setText(event.target.value)}
          />
          <span>MB/s</span>
        </label>
        <div className="limit-offers">
          {OFFERED.map((megabytes) => (
            <Button key={megabytes} small kind="quiet" onClick={() => setText(String(megabytes))}>
              {megabytes}
            </Button>
          ))}
          <Button small kind="quiet" onClick={() => setText('')}>
            No limit
          </Button>
        </div>
        <p id="limit-note" className={limit === undefined ? 'small danger mt-1' : 'small t2 mt-1'}>
          {limit === undefined
            ? 'A number from 0.001 on, or nothing.'
            : `${transferIds.length === 1 ? 'It' : 'Each of them'} also keeps to the limit for all, which is ${settings.speedLimit === null ? 'none now' : formatRate(settings.speedLimit)}.`}
        </p>
        <div className="btns">
          <Button onClick={closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={limit === undefined}>
            Set the limit
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
