import type { Check } from '../../../shared/check-protocol.ts'

/** The result as JSON, for a ticket or a note: what was compared, both sides, when. */
export function checkText(check: Check): string {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  const result = {
    receipt: 'glancer-check',
    version: 1,
    outcome: check.verification?.kind ?? check.state,
    verification: check.verification,
    file: { name: check.fileName, bytes: check.sizes?.local ?? null },
    image: { id: check.imageId, name: check.imageName, bytes: check.sizes?.remote ?? null },
    cloud: check.cloudName,
    digests: check.digests,
    startedAt: time(check.createdAt),
    endedAt: time(check.endedAt),
  }
  return `${JSON.stringify(result, null, 2)}\n`
}
