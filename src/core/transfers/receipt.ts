import type { TransferRecord } from './record.ts'

/**
 * What is kept of a transfer for somebody who was not there: what was compared, both sides of it, when and where. Pretty JSON with times in
 * ISO 8601. It is built field by field, so that nothing that is added to the record later slips in unread.
 */
export function receiptJson(record: TransferRecord, version: string): string {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  const receipt = {
    receipt: 'glancer-transfer',
    version: 1,
    writtenBy: `Glancer ${version}`,
    kind: record.job.kind,
    outcome: record.verification?.kind ?? record.state,
    verification: record.verification,
    error: record.error,
    image: { id: record.imageId, name: record.imageName, bytes: record.sizes?.remote ?? null },
    // Of a copy there is no file here, but a second cloud.
    ...(record.job.kind === 'copy' && {
      from: {
        name: record.job.from.cloudName,
        imageId: record.job.from.imageId,
        server: record.job.source?.server ?? null,
        project: record.job.source?.project ?? null,
        bytes: record.job.source?.size ?? null,
      },
      leftOut: record.job.leftOut,
    }),
    file: record.job.kind === 'copy' ? null : { name: record.fileName, bytes: record.sizes?.local ?? record.bytesTotal },
    cloud: { name: record.cloudName, server: record.server, project: record.project },
    digests: record.digests,
    retries: Math.max(0, record.starts - 1),
    createdAt: time(record.createdAt),
    startedAt: time(record.startedAt),
    endedAt: time(record.endedAt),
    phases: record.phases.map((phase) => ({ ...phase, startedAt: time(phase.startedAt), endedAt: time(phase.endedAt) })),
    log: record.log.map((line) => ({ at: time(line.at), level: line.level, text: line.text })),
    limitedBy: record.limits,
    requestIds: record.requestIds,
    leftBehind: record.leftBehind,
  }
  return `${JSON.stringify(receipt, null, 2)}\n`
}

/** A file name for it that every disk takes. */
export function receiptFileName(record: TransferRecord): string {
  const safe = record.imageName.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'image'
  return `${safe}.${record.job.kind}-receipt.json`
}
