import { type FormEvent, useRef, useState } from 'react'
import { spanOf } from '../../../shared/filter-values.ts'
import type { FilterKey } from '../../../shared/image-table.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { closeDialog, useUi } from '../../stores/ui.ts'
import { filterLabels } from './filter.ts'
import { setFilter } from './filter-values.tsx'

const GB = 1_000_000_000

/** Any range of a filter by size or time; it joins those that are set. */
export function FilterRangeDialog({ filter }: { filter: FilterKey }) {
  const chosen = useUi((ui) => ui.filters[filter])
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const first = useRef<HTMLInputElement>(null)
  const size = filter === 'size'
  const value = size ? sizeRange(from, to) : spanOf(`${from}..${to}`, 0) === null ? null : `${from}..${to}`
  const wrong = value === null && (from !== '' || to !== '')
  const take = (event: FormEvent): void => {
    event.preventDefault()
    if (value === null) return
    setFilter(filter, [...chosen.filter((each) => each !== value), value])
    closeDialog()
  }
  const field = (label: string, text: string, set: (text: string) => void, ref?: typeof first) => (
    <label className="range-field">
      <span className="label">{label}</span>
      <input
        ref={ref}
        className={wrong ? 'field bad' : 'field'}
        type={size ? 'text' : 'date'}
        inputMode={size ? 'decimal' : undefined}
        value={text}
        aria-invalid={wrong}
        onChange={(event) => set(event.target.value)}
      />
    </label>
  )
  return (
    <Dialog
      title={size ? 'Images of what size' : `Images ${filterLabels[filter].toLowerCase()} when`}
      onClose={closeDialog}
      initialFocus={first}
    >
      <form onSubmit={take}>
        <div className="range-fields">
          {field(size ? 'From, GB' : 'From', from, setFrom, first)}
          {field(size ? 'To, GB' : 'Until', to, setTo)}
        </div>
        <p className="small t2" role="status">
          {wrong
            ? size
              ? 'Sizes in GB, such as 0.5 and 20; the first not above the second.'
              : 'The first day has to be before the second.'
            : 'One of the two may stay empty.'}
        </p>
        <div className="btns">
          <Button onClick={closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={value === null}>
            Filter
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** A range of bytes from two texts in GB; null where they are none. */
function sizeRange(from: string, to: string): string | null {
  const [least, most] = [from, to].map((text) => (text.trim() === '' ? null : Math.round(Number(text.trim().replace(',', '.')) * GB)))
  if (least === undefined || most === undefined || (least === null && most === null)) return null
  if ([least, most].some((bytes) => bytes !== null && (!Number.isSafeInteger(bytes) || bytes < 0))) return null
  return least !== null && most !== null && least > most ? null : `${least ?? ''}..${most ?? ''}`
}
