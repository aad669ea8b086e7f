import { type Cloud, knownContainerFormats, knownDiskFormats } from '../../../shared/domain.ts'
import { Select } from '../../components/select.tsx'
import { changeSession, type NewFacts } from './edit-session.ts'

/** The formats of a new record, and what was not taken over from the image whose settings it gets. */
export function NewRecordFacts({ create, cloud }: { create: NewFacts; cloud: Cloud | undefined }) {
  const set = (part: Partial<NewFacts>): void => changeSession({ create: { ...create, ...part } })
  const choices = (offered: readonly string[] | null | undefined, known: readonly string[], chosen: string) => [
    { value: '', label: 'not set yet' },
    ...[...new Set([...(offered ?? known), ...(chosen === '' ? [] : [chosen])])].map((value) => ({ value, label: value })),
  ]
  return (
    <div className="new-record">
      <div>
        <span className="label" aria-hidden="true">
          Disk format
        </span>
        <Select
          label="Disk format"
          value={create.diskFormat}
          choices={choices(cloud?.capabilities?.diskFormats, knownDiskFormats, create.diskFormat)}
          onChange={(diskFormat) => set({ diskFormat })}
        />
      </div>
      <div>
        <span className="label" aria-hidden="true">
          Container format
        </span>
        <Select
          label="Container format"
          value={create.containerFormat}
          choices={choices(cloud?.capabilities?.containerFormats, knownContainerFormats, create.containerFormat)}
          onChange={(containerFormat) => set({ containerFormat })}
        />
      </div>
      {create.leftOut.length > 0 && (
        <p className="small t2">Not taken over, since it belongs to the data of the other image: {create.leftOut.join(', ')}</p>
      )}
    </div>
  )
}
