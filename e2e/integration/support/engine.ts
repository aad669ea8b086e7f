import { stat } from 'node:fs/promises'
import { workerUrls } from '../../../src/core/hosting/places.ts'
import {
  createEngine,
  type Engine,
  type Finished,
  type JobListener,
  type RunningTransfer,
} from '../../../src/core/transfers/engine/index.ts'
import type { CopyJob, DownloadJob, FileIdentity, TransferJob, UploadJob } from '../../../src/core/transfers/worker/contract.ts'

/** The engine with real threads, from the sources. */
export function realEngine(): Engine {
  const urls = workerUrls()
  return createEngine({ workerUrl: urls.transfer, hashWorkerUrl: urls.hash })
}

export async function identityOf(path: string): Promise<FileIdentity> {
  const { size, mtimeNs, ino, dev } = await stat(path, { bigint: true })
  return { size: Number(size), mtimeNs: String(mtimeNs), ino: String(ino), dev: String(dev) }
}

export async function uploadJob(url: string, path: string, changes: Partial<UploadJob> = {}): Promise<UploadJob> {
  return {
    kind: 'upload',
    endpoint: { url, headers: { 'X-Auth-Token': 'token' } },
    path,
    identity: await identityOf(path),
    digests: ['md5', 'sha512'],
    rate: null,
    stallTimeoutMs: 60_000,
    ...changes,
  }
}

export function downloadJob(url: string, partPath: string, changes: Partial<DownloadJob> = {}): DownloadJob {
  return {
    kind: 'download',
    endpoint: { url, headers: { 'X-Auth-Token': 'token' } },
    partPath,
    size: null,
    resumeFrom: 0,
    rangeAllowed: true,
    digests: ['md5', 'sha512'],
    rate: null,
    stallTimeoutMs: 60_000,
    ...changes,
  }
}

export function copyJob(from: string, to: string, size: number, changes: Partial<CopyJob> = {}): CopyJob {
  return {
    kind: 'copy',
    source: { url: from, headers: { 'X-Auth-Token': 'from' } },
    endpoint: { url: to, headers: { 'X-Auth-Token': 'to' } },
    size,
    expected: {},
    rangeAllowed: true,
    digests: ['md5', 'sha512', 'sha256'],
    rate: null,
    stallTimeoutMs: 60_000,
    ...changes,
  }
}

/** Runs one job to its end. @param during gets hold of it as soon as it has started, and again with each progress. */
export async function run(
  engine: Engine,
  job: TransferJob,
  during: (running: RunningTransfer, bytes: number) => void = () => {},
  sourceLost?: JobListener['sourceLost'],
): Promise<Finished> {
  const running: RunningTransfer = engine.start(job, {
    progress: ({ bytes }) => during(running, bytes),
    phase: () => {},
    ...(sourceLost !== undefined && { sourceLost }),
  })
  return await running.finished
}
