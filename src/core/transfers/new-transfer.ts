import { randomUUID } from 'node:crypto'
import type { TransferRecord } from './record.ts'

/** What is known of a transfer when it is asked for. */
export type TransferRequest = Pick<TransferRecord, 'job' | 'cloudId' | 'cloudName' | 'imageId' | 'imageName' | 'fileName' | 'bytesTotal'> &
  Partial<Pick<TransferRecord, 'log'>>

/** A transfer that nothing has happened to yet: queued, at a place that the queue gives it. */
export function newTransfer(request: TransferRequest, now: number): TransferRecord {
  return {
    ...request,
    id: randomUUID(),
    state: 'queued',
    stateSince: now,
    until: null,
    reason: null,
    error: null,
    verification: null,
    leftBehind: null,
    digests: [],
    sizes: null,
    attempt: 0,
    starts: 0,
    speedLimit: null,
    away: null,
    position: 0,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    phases: [],
    log: request.log ?? [],
    perSecond: [],
    limits: [],
    requestIds: [],
    server: null,
    project: null,
  }
}
