import { Menu as Base } from '@base-ui/react/menu'
import type { FilterKey } from '../../../shared/image-table.ts'
import { Shape } from '../../components/shape.tsx'
import { oneLine } from '../../lib/one-line.ts'
import { useCloud, useImages } from '../../stores/data.ts'
import { openDialog, useUi } from '../../stores/ui.ts'
import { countValues, filterLabels, rangesOffered, valueLabel } from './filter.ts'

const VALUES_SHOWN = 200

export function setFilter(key: FilterKey, values: readonly string[]): void {
  useUi.setState((ui) => ({ filters: { ...ui.filters, [key]: values } }))
}

/** The items of a filter's menu: what the known rows have of it, with how many have each. */
export function FilterValues({ of: key }: { of: FilterKey }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useCloud(cloudId)
  const images = useImages(cloudId)
  const chosen = useUi((ui) => ui.filters[key])
  const counted = countValues(images.values(), key, Date.now()).slice(0, VALUES_SHOWN)
  // Community images of others become known when somebody wants them, so there need not be any yet.
  const offered = key === 'visibility' ? [...new Set([...chosen, 'community'])] : chosen
  const gone = offered.filter((value) => !counted.some((each) => each.value === value)).map((value) => ({ value, count: null }))
  const ranges = rangesOffered[key] !== undefined
  if (counted.length + gone.length === 0) return <div className="mi t2">No image has a {filterLabels[key].toLowerCase()}</div>
  return (
    <>
      {[...gone, ...counted].map(({ value, count }) => (
        <Base.CheckboxItem
          key={value}
          className="mi"
          closeOnClick={false}
          checked={chosen.includes(value)}
          onCheckedChange={(checked) => setFilter(key, checked ? [...chosen, value] : chosen.filter((each) => each !== value))}
        >
          <span className="tick">
            <Base.CheckboxItemIndicator>
              <Shape name="tick" />
            </Base.CheckboxItemIndicator>
          </span>
          <bdi className="cut">{oneLine(valueLabel(key, value, cloud))}</bdi>
          <span className="n">{count?.toLocaleString('en-US')}</span>
        </Base.CheckboxItem>
      ))}
      {ranges && (
        <>
          <Base.Separator className="ms" />
          <Base.Item className="mi" onClick={() => openDialog({ kind: 'filter-range', filter: key })}>
            <span className="tick" />
            {key === 'size' ? 'Another size…' : 'Other days…'}
          </Base.Item>
        </>
      )}
    </>
  )
}
