import { useId } from 'react'
import type { Cloud } from '../../../shared/domain.ts'
import { Shape } from '../../components/shape.tsx'
import { SuggestInput } from '../../components/suggest-input.tsx'
import { useAsked } from '../../lib/use-asked.ts'

interface RegionFieldProps {
  cloud: Cloud
  region: string
  onChange(region: string): void
}

/**
 * The region that images come from. Those of the catalog are proposed; another one is taken with a doubt, since the cloud says of a region that it
 * does not find no more than "Internal Error".
 */
export function RegionField({ cloud, region, onChange }: RegionFieldProps) {
  const note = useId()
  const regions = useAsked('clouds.places', { cloudId: cloud.id }).value?.regions ?? []
  const others = regions.filter((each) => each !== cloud.region)
  const wanted = region.trim()
  const unknown = wanted !== '' && regions.length > 0 && !regions.some((each) => each.toLowerCase() === wanted.toLowerCase())
  return (
    <div>
      <span className="label" aria-hidden="true">
        Region
      </span>
      <SuggestInput
        label="Region"
        value={region}
        suggestions={others.map((value) => ({ value }))}
        onChange={onChange}
        bad={unknown}
        describedBy={unknown ? note : undefined}
      />
      {unknown && (
        <p className="hint warn" id={note}>
          <Shape name="triangle" />
          The catalog of {cloud.name} has {others.length === 0 ? 'no other region' : `no region of this name; it has ${others.join(', ')}`}.
        </p>
      )}
    </div>
  )
}
