import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Checks } from './checks.ts'
import { AddedClouds } from './clouds/added-clouds.ts'
import { createLinkSource } from './clouds/link-source.ts'
import { CloudRegistry } from './clouds/registry.ts'
import { Secrets } from './clouds/secrets.ts'
import { createDispatcher } from './dispatch.ts'
import { FileRegistry } from './files/file-registry.ts'
import { HandedOver } from './files/handed-over.ts'
import { Intake } from './files/intake.ts'
import { createHandlers } from './handlers.ts'
import { RememberedLists } from './images/remembered-lists.ts'
import { lockDataDir } from './lock.ts'
import { Notices } from './notices.ts'
import type { App, AppPorts } from './ports.ts'
import { Publisher } from './publisher.ts'
import { type FaultPlan, startImageService, startImageServiceThread } from './service/index.ts'
import { createEngine } from './transfers/engine/index.ts'
import { type Journal, openJournal } from './transfers/journal.ts'
import { isActive } from './transfers/machine.ts'
import { TransferQueue } from './transfers/queue.ts'

/** Without a byte for this long a connection counts as dead. Glance itself waits 900 s for a silent client (observed on Glance 25.1). */
const STALL_TIMEOUT_MS = 60_000

/** For tests only. */
export interface AppOptions {
  /** What the built-in service shall do wrong. */
  serviceFaults?: FaultPlan
  stallTimeoutMs?: number
}

/**
 * Puts the product together: journal, built-in service, clouds, queue, and the handlers of the protocol.
 * @throws GlancerError `not-allowed` when another process runs on the same data folder; `disk-full`, `disk-error` when its data cannot be opened.
 */
export async function createApp(ports: AppPorts, options: AppOptions = {}): Promise<App> {
  await mkdir(ports.dataDir, { recursive: true, mode: 0o700 })
  const lock = lockDataDir(ports.dataDir)
  const serviceDir = join(ports.dataDir, 'service')
  const serviceOptions = {
    dataDir: serviceDir,
    hashWorker: ports.workers.serviceHash,
    log: (text: string) => ports.log('info', text),
  }
  // The service needs the longest to start, most of it in its own thread: everything that is read from the disk here is read meanwhile.
  const startingService =
    options.serviceFaults === undefined
      ? startImageServiceThread(serviceOptions, ports.workers.service)
      : startImageService({ ...serviceOptions, faults: options.serviceFaults })
  startingService.catch(() => {})
  const journal = await openOrRelease(ports.dataDir, lock, startingService)
  if (journal.notice !== null)
    ports.log('warn', `The journal was set aside as ${journal.notice.setAside} (${journal.notice.kind}): ${journal.notice.detail}`)

  const files = new FileRegistry()
  const intake = new Intake(ports.dataDir, files, (fileId, whole) => queue.arrived(fileId, whole))
  const engine = createEngine({ workerUrl: ports.workers.transfer, hashWorkerUrl: ports.workers.hash })
  const settings = journal.settings()

  const added = new AddedClouds(ports.dataDir)
  const secrets = new Secrets(ports.dataDir, ports.host.keyRing ?? null)
  const setAside = [await added.load(), await secrets.load()].filter((notice) => notice !== null)
  for (const { path, error } of setAside) ports.log('warn', `${path}: ${error}`)
  // A removal that was cut off half-way is finished; where the list itself is lost, nothing can be told to be left over.
  if (setAside.length === 0)
    await secrets
      .forgetAllBut(new Set(added.list().map(({ id }) => id)))
      .catch((error: unknown) => ports.log('warn', `A secret of a cloud that was removed could not be forgotten: ${String(error)}`))

  const service = await startingService
  const publisher: Publisher = new Publisher({
    cloud: (id) => clouds.get(id),
    clouds: () => clouds.list(),
    transfer: (id) => queue.row(id),
    check: (id) => checks.get(id),
    notices: () => notices.list(),
  })
  const lists = new RememberedLists({ folder: join(ports.dataDir, 'image-lists'), enabled: settings.rememberLists, log: ports.log })
  const notices = new Notices(journal, () => publisher.noticesChanged())
  const clouds: CloudRegistry = new CloudRegistry({
    source: createLinkSource(service, ports, { dataDir: ports.dataDir, added, secrets, setAside }),
    remembered: (key) => journal.remembered(key),
    remember: (key, value) => journal.remember(key, value),
    changed: () => publisher.cloudsChanged(),
    filesChanged: (found) => publisher.cloudFilesChanged(found),
    imagesChanged: (cloudId, upserts, removed, state) => publisher.imagesChanged(cloudId, upserts, removed, state),
    isBusy: (cloudId) => queue.isBusy(cloudId),
    lists,
  })
  const queue: TransferQueue = new TransferQueue({
    journal,
    engine,
    cloud: (cloudId) => clouds.transferCloud(cloudId),
    incoming: intake,
    version: ports.version,
    stallTimeoutMs: options.stallTimeoutMs ?? STALL_TIMEOUT_MS,
    now: Date.now,
    random: Math.random,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    changed: (id, urgent) => publisher.transferChanged(id, urgent),
    removed: (ids) => publisher.transfersRemoved(ids),
    journalTrouble: (error) => {
      notices.journalTrouble(error)
      ports.log(
        error === null ? 'info' : 'error',
        error === null ? 'The journal is written again.' : `${error.message} ${error.detail ?? ''}`,
      )
    },
  })
  const checks: Checks = new Checks({
    engine,
    cloud: (cloudId) => clouds.transferCloud(cloudId),
    cloudName: (cloudId) => clouds.get(cloudId)?.name ?? cloudId,
    file: (fileId) => files.get(fileId),
    incoming: intake,
    transfer: (id) => queue.record(id),
    note: (id, level, text) => queue.note(id, level, text),
    now: Date.now,
    changed: (id, urgent) => publisher.checkChanged(id, urgent),
    removed: (ids) => publisher.checksRemoved(ids),
  })
  await intake.prepare(
    new Set(
      // One that the browser was still sending can never be finished, and one that is verified has done its work.
      queue
        .records()
        .flatMap(({ job, state }) => (job.kind === 'upload' && job.ownCopy && job.intakeId === null && state !== 'done' ? [job.path] : [])),
    ),
  )
  await clouds.start()
  queue.start()
  queue.setLimits({ atOnce: settings.transfersAtOnce, speedLimit: settings.speedLimit })

  const handed = new HandedOver(
    (paths) => files.addPaths(paths),
    () => publisher.filesWait(),
  )
  const handlers = createHandlers({
    ports,
    journal,
    publisher,
    clouds,
    queue,
    files,
    intake,
    handed,
    checks,
    notices,
    serviceDir,
    added,
    secrets,
    lists,
  })
  let pages = 0

  return {
    call: createDispatcher(handlers, (text) => ports.log('error', text)),
    onDelta: (listener) => {
      const leave = publisher.subscribe(listener)
      pages++
      return () => {
        leave()
        pages--
        // A page that is reloaded or closed says no goodbye: with the last one gone nobody watches any cloud.
        if (pages === 0) clouds.unwatchAll()
      }
    },
    files: {
      addPaths: (paths) => files.addPaths(paths),
      handOver: (paths) => handed.give(paths),
      receive: (fileId, part, bytes) => intake.receive(fileId, part, bytes),
    },
    running: () =>
      queue
        .rows()
        .filter((row) => isActive(row.state))
        .map((row) => ({
          imageName: row.imageName,
          kind: row.kind,
          percent: row.bytesTotal === null || row.bytesTotal === 0 ? null : Math.floor((row.bytesDone / row.bytesTotal) * 100),
        })),
    setPower: (event) => {
      if (event !== 'resume') return
      queue.wake()
      clouds.networkIsBack()
    },
    setOnline: (online) => {
      queue.setOnline(online)
      if (online) clouds.networkIsBack()
    },
    close: async () => {
      await checks.close()
      await queue.close()
      await clouds.close()
      await lists.close()
      publisher.close()
      await engine.close()
      await service.close()
      journal.close()
      lock.release()
    },
  }
}

/** The next try must find neither the folder held nor the service running for one that failed. */
async function openOrRelease(dataDir: string, lock: ReturnType<typeof lockDataDir>, starting: Promise<ServiceEnd>): Promise<Journal> {
  try {
    return openJournal(dataDir)
  } catch (error) {
    await starting.then(
      (service) => service.close(),
      () => {},
    )
    lock.release()
    throw error
  }
}

type ServiceEnd = { close(): Promise<void> }
