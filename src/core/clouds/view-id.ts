/**
 * One entry of the configuration, seen with another project or region than it names. The id holds all of it: whoever keeps the id, such as a transfer
 * in the journal, means the same project and region for ever, whatever is shown meanwhile.
 */
export interface View {
  /** The id of the cloud as it is configured. */
  base: string
  /** Null = as configured; the region too. */
  projectId: string | null
  region: string | null
}

const PREFIX = 'view'

export function viewId({ base, projectId, region }: View): string {
  return [PREFIX, projectId ?? '', region ?? '', base].map(encodeURIComponent).join(':')
}

/** Null for the id of a cloud as it is configured, and for what is no id at all. */
export function parseViewId(id: string): View | null {
  const parts = id.split(':')
  if (parts[0] !== PREFIX || parts.length !== 4) return null
  try {
    const [, projectId, region, base] = parts.map(decodeURIComponent)
    if (base === undefined || base === '') return null
    return { base, projectId: projectId || null, region: region || null }
  } catch {
    return null
  }
}
