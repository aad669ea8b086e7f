import type { Cloud, ImportTarget } from '../../../shared/domain.ts'
import { Checkbox } from '../../components/checkbox.tsx'
import { Select } from '../../components/select.tsx'

/** Where the data is to go; `some` = the stores that are ticked, be it none yet. */
export type StoreChoice = { way: 'default' | 'all' | 'some'; stores: readonly string[]; mustAllSucceed: boolean }

export const leaveItToTheCloud: StoreChoice = { way: 'default', stores: [], mustAllSucceed: true }

/** What is missing in a choice, in a sentence; null = nothing. */
export function choiceProblem({ way, stores }: StoreChoice): string | null {
  return way === 'some' && stores.length === 0 ? 'Choose a store, or leave it to the cloud.' : null
}

export function targetOf({ way, stores, mustAllSucceed }: StoreChoice): ImportTarget {
  return { stores: way === 'some' ? [...stores] : [], allStores: way === 'all', mustAllSucceed }
}

interface TargetStoresProps {
  cloud: Cloud | undefined
  choice: StoreChoice
  onChange(choice: StoreChoice): void
}

/** Nothing where the cloud has one store only. */
export function TargetStores({ cloud, choice, onChange }: TargetStoresProps) {
  const stores = cloud?.capabilities?.stores.filter((store) => !store.readOnly) ?? []
  if (stores.length < 2) return <span />
  const several = choice.way === 'all' || choice.stores.length > 1
  return (
    <div className="target-stores">
      <div>
        <span className="label" aria-hidden="true">
          Target stores
        </span>
        <Select
          label="Target stores"
          value={choice.way}
          choices={[
            { value: 'default', label: stores.find((store) => store.isDefault)?.id ?? 'the cloud’s default', aside: 'default' },
            { value: 'all', label: 'all stores' },
            { value: 'some', label: 'chosen stores' },
          ]}
          onChange={(way) => onChange({ ...choice, way: way === 'all' || way === 'some' ? way : 'default' })}
        />
      </div>
      {choice.way === 'some' &&
        stores.map((store) => (
          <Checkbox
            key={store.id}
            label={store.id}
            checked={choice.stores.includes(store.id)}
            onChange={(checked) =>
              onChange({ ...choice, stores: checked ? [...choice.stores, store.id] : choice.stores.filter((id) => id !== store.id) })
            }
          />
        ))}
      {choice.way !== 'default' && several && (
        <Checkbox
          label="Every store must succeed"
          checked={choice.mustAllSucceed}
          onChange={(mustAllSucceed) => onChange({ ...choice, mustAllSucceed })}
        />
      )}
    </div>
  )
}
