import { type Capabilities, knownContainerFormats, knownDiskFormats, type LocalFile, visibilities } from '../../../shared/domain.ts'
import type { Choice } from '../../components/select.tsx'

export const visibilityChoices: readonly Choice[] = visibilities.map((value) => ({ value, label: value }))

/** The cloud's disk formats, then those of the API that it does not take; what the file's bytes say is marked. */
export function diskFormatChoices(capabilities: Capabilities | null, file: Pick<LocalFile, 'proposed'>): Choice[] {
  return formatChoices(capabilities?.diskFormats ?? null, knownDiskFormats, file.proposed.diskFormat)
}

export function containerFormatChoices(capabilities: Capabilities | null, file: Pick<LocalFile, 'proposed'>): Choice[] {
  return formatChoices(capabilities?.containerFormats ?? null, knownContainerFormats, file.proposed.containerFormat, 'usual')
}

function formatChoices(taken: readonly string[] | null, known: readonly string[], proposed: string, word = 'detected'): Choice[] {
  const offered = taken ?? known
  const all = [...new Set([proposed, ...offered, ...known])]
  return all.map((value) => {
    const missing = !offered.includes(value)
    const aside = missing ? 'not here' : value === proposed ? word : undefined
    return { value, label: value, aside, disabled: missing && value !== proposed }
  })
}

/** The value of the choice that leaves it to the cloud. */
export const CLOUD_DEFAULT = ''

export function storeChoices(capabilities: Capabilities | null): Choice[] {
  const stores = capabilities?.stores.filter((store) => !store.readOnly) ?? []
  const named = stores.map((store) => ({
    value: store.isDefault ? CLOUD_DEFAULT : store.id,
    label: store.id,
    aside: store.isDefault ? 'default' : undefined,
  }))
  return named.some((choice) => choice.value === CLOUD_DEFAULT) ? named : [{ value: CLOUD_DEFAULT, label: 'the cloud’s default' }, ...named]
}
