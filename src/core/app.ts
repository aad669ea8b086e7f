import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { settingsSchema, THIS_COMPUTER } from '../shared/domain.ts'
import { GlancerError, toErrorShape } from '../shared/errors.ts'
import type { Outcomes } from '../shared/protocol.ts'
import { createLinkSource } from './clouds/link-source.ts'
import { CloudRegistry } from './clouds/registry.ts'
import { createDispatcher, type Handlers } from './dispatch.ts'
import { freeBytes, listFolder } from './files/browse.ts'
import { FileRegistry } from './files/file-registry.ts'
import { type Inspected, inspectFile } from './files/inspect.ts'
import { Intake } from './files/intake.ts'
import { findings } from './formats/index.ts'
import { lockDataDir } from './lock.ts'
import type { App, AppPorts } from './ports.ts'
import { Publisher } from './publisher.ts'
import { type FaultPlan, startImageService, startImageServiceThread } from './service/index.ts'
import { planDownloads } from './transfers/download-plan.ts'
import { createEngine } from './transfers/engine/index.ts'
import { openJournal } from './transfers/journal.ts'
import { isActive } from './transfers/machine.ts'
import { TransferQueue } from './transfers/queue.ts'
import type { TransferRecord } from './transfers/record.ts'

export interface AppOptions {
  /** Tests only: what the built-in service shall do wrong. */
  serviceFaults?: FaultPlan
}

/**
 * Puts the product together: journal, built-in service, clouds, queue, and the handlers of the protocol.
 * @throws GlancerError `not-allowed` when another process runs on the same data folder.
 */
export async function createApp(ports: AppPorts, options: AppOptions = {}): Promise<App> {
  await mkdir(ports.dataDir, { recursive: true, mode: 0o700 })
  const lock = lockDataDir(ports.dataDir)
  const journal = openJournal(ports.dataDir)
  if (journal.notice !== null)
    ports.log('warn', `The journal was set aside as ${journal.notice.setAside} (${journal.notice.kind}): ${journal.notice.detail}`)
  const serviceDir = join(ports.dataDir, 'service')
  const serviceOptions = {
    dataDir: serviceDir,
    hashWorker: ports.workers.serviceHash,
    log: (text: string) => ports.log('info', text),
  }
  const service =
    options.serviceFaults === undefined
      ? await startImageServiceThread(serviceOptions, ports.workers.service)
      : await startImageService({ ...serviceOptions, faults: options.serviceFaults })

  const files = new FileRegistry()
  const intake = new Intake(ports.dataDir, files)
  const inspected = new Map<string, Inspected>()
  const engine = createEngine({ workerUrl: ports.workers.transfer, hashWorkerUrl: ports.workers.hash })
  let settings = journal.settings()

  const publisher: Publisher = new Publisher({
    cloud: (id) => clouds.get(id),
    clouds: () => clouds.list(),
    transfer: (id) => queue.row(id),
  })
  const clouds: CloudRegistry = new CloudRegistry({
    source: createLinkSource(service, ports.dataDir, ports),
    remembered: (key) => journal.remembered(key),
    remember: (key, value) => journal.remember(key, value),
    changed: () => publisher.cloudsChanged(),
    filesChanged: (found) => publisher.cloudFilesChanged(found),
    imagesChanged: (cloudId, upserts, removed, state) => publisher.imagesChanged(cloudId, upserts, removed, state),
    isBusy: (cloudId) => queue.isBusy(cloudId),
  })
  const queue: TransferQueue = new TransferQueue({
    journal,
    engine,
    cloud: (cloudId) => clouds.transferCloud(cloudId),
    incoming: intake,
    version: ports.version,
    now: Date.now,
    random: Math.random,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    changed: (id, urgent) => publisher.transferChanged(id, urgent),
    removed: (ids) => publisher.transfersRemoved(ids),
  })
  await intake.prepare(
    new Set(queue.records().flatMap((record) => (record.job.kind === 'upload' && record.job.ownCopy ? [record.job.path] : []))),
  )
  await clouds.start()
  queue.setLimits({ atOnce: settings.transfersAtOnce, speedLimit: settings.speedLimit })

  const cloudName = (cloudId: string): string => {
    const cloud = clouds.get(cloudId)
    if (cloud === null) throw new GlancerError('not-found', 'This cloud is no longer configured.')
    return cloud.name
  }
  const begin = (
    cloudId: string,
    rest: Pick<TransferRecord, 'job' | 'imageId' | 'imageName' | 'fileName' | 'bytesTotal'>,
  ): TransferRecord => {
    const now = Date.now()
    return {
      ...rest,
      id: randomUUID(),
      cloudId,
      cloudName: cloudName(cloudId),
      state: 'queued',
      stateSince: now,
      until: null,
      reason: null,
      error: null,
      verification: null,
      leftBehind: null,
      digests: [],
      attempt: 0,
      position: 0,
      createdAt: now,
      startedAt: null,
      endedAt: null,
      phases: [],
      log: [],
      perSecond: [],
      requestIds: [],
      server: null,
      project: null,
    }
  }
  const markStarted = (): void => {
    if (settings.started) return
    settings = { ...settings, started: true }
    journal.saveSettings(settings)
    publisher.settingsChanged(settings)
  }
  const inspect = async (fileId: string): Promise<Inspected> => {
    const found = await inspectFile(files.get(fileId))
    inspected.set(fileId, found)
    return found
  }
  const forEach = async (ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<Outcomes> => {
    const outcomes: Outcomes = []
    for (const id of ids) {
      const error = await work(id).then(
        () => null,
        (thrown: unknown) => toErrorShape(thrown),
      )
      outcomes.push({ id, error })
    }
    return outcomes
  }

  let pages = 0

  const handlers: Handlers = {
    'app.snapshot': async () => {
      publisher.flush()
      return {
        seq: publisher.seq,
        version: ports.version,
        clouds: clouds.list(),
        transfers: queue.rows(),
        settings,
        cloudFiles: clouds.files(),
        freeBytes: await freeBytes(serviceDir),
      }
    },
    'app.changeSettings': async (changes) => {
      settings = settingsSchema.parse({ ...settings, ...JSON.parse(JSON.stringify(changes)) })
      journal.saveSettings(settings)
      queue.setLimits({ atOnce: settings.transfersAtOnce, speedLimit: settings.speedLimit })
      publisher.settingsChanged(settings)
      return settings
    },

    'clouds.signIn': async ({ cloudId }) => {
      const cloud = await clouds.signIn(cloudId)
      if (cloudId !== THIS_COMPUTER && cloud.state.kind === 'signed-in') markStarted()
      return cloud
    },
    'clouds.signOut': async ({ cloudId }) => await clouds.signOut(cloudId),
    'clouds.reload': async () => await clouds.reload(),
    'clouds.terminalHelp': async ({ cloudId }) => ({ text: await clouds.terminalHelp(cloudId) }),

    'images.watch': async ({ cloudId }) => {
      const { images, state } = clouds.watch(cloudId)
      publisher.flush()
      return { seq: publisher.seq, images, state }
    },
    'images.unwatch': async ({ cloudId }) => {
      clouds.unwatch(cloudId)
      return {}
    },
    'images.refresh': async ({ cloudId }) => {
      clouds.refresh(cloudId)
      return {}
    },
    'images.delete': async ({ cloudId, imageIds }) => {
      const client = await clouds.client(cloudId)
      const outcomes = await forEach(imageIds, (imageId) => client.delete(imageId))
      clouds.refresh(cloudId)
      return outcomes
    },
    'images.change': async ({ cloudId, imageId, changes }) => {
      const image = await (await clouds.client(cloudId)).change(imageId, changes)
      clouds.refresh(cloudId)
      return image
    },

    'files.inspect': async ({ fileIds }) => {
      const found: Inspected[] = []
      for (const fileId of fileIds) found.push(await inspect(fileId))
      return found.map((one) => one.local)
    },
    'files.check': async ({ fileId, cloudId, diskFormat, containerFormat }) => {
      const { report, local } = inspected.get(fileId) ?? (await inspect(fileId))
      if (report === null) return local.findings
      const offered = clouds.get(cloudId)?.capabilities?.diskFormats ?? null
      return [
        ...local.findings.filter((finding) => finding.code === 'name-cut'),
        ...findings(report, {
          fileName: local.fileName,
          size: local.size,
          diskFormat,
          containerFormat,
          ...(offered !== null && { cloudDiskFormats: offered }),
        }),
      ]
    },
    'files.release': async ({ fileIds }) => {
      files.release(fileIds)
      for (const fileId of fileIds) inspected.delete(fileId)
      return {}
    },
    'files.announce': async ({ name, size }) => ({ fileId: files.announce(name, size) }),
    'files.browse': async ({ folder }) => {
      mayBrowse(ports)
      return await listFolder(folder, ports.homeDir)
    },
    'files.pick': async ({ folder, names }) => {
      mayBrowse(ports)
      const taken = await files.addPaths(names.map((name) => join(folder, name)))
      return { fileIds: taken.flatMap((file) => ('fileId' in file ? [file.fileId] : [])) }
    },
    'files.pickFolder': async ({ folder }) => {
      mayBrowse(ports)
      const listing = await listFolder(folder, ports.homeDir)
      return { folderId: files.addFolder(listing.folder), label: listing.folder }
    },
    'dialog.openFiles': async () => {
      if (ports.host.openFiles === undefined) throw new GlancerError('not-allowed', 'This host has no file dialog of its own.')
      const paths = await ports.host.openFiles()
      if (paths === null) return null
      const taken = await files.addPaths(paths)
      return { fileIds: taken.flatMap((file) => ('fileId' in file ? [file.fileId] : [])) }
    },
    'dialog.chooseFolder': async () => {
      if (ports.host.chooseFolder === undefined) throw new GlancerError('not-allowed', 'This host has no folder dialog of its own.')
      const path = await ports.host.chooseFolder()
      return path === null ? null : { folderId: files.addFolder(path), label: path }
    },
    'dialog.showFile': async ({ transferId }) => {
      const record = queue.record(transferId)
      if (record.job.kind !== 'download') throw new GlancerError('bad-argument', 'Only a download has a file to show.')
      const path = join(record.job.folder, record.fileName)
      return { shown: (await ports.host.showFile?.(path)) ?? false, path }
    },

    'uploads.start': async ({ cloudId, items }) => {
      cloudName(cloudId)
      const records: TransferRecord[] = []
      for (const { fileId, fields } of items) {
        const file = files.get(fileId)
        const look = inspected.get(fileId) ?? (await inspect(fileId))
        const refusal = look.local.findings.find((finding) => finding.severity === 'refuse')
        if (look.report === null && refusal !== undefined)
          throw new GlancerError('file-unreadable', `${file.fileName}: ${refusal.title}`, { remedy: refusal.detail })
        const incoming = file.kind === 'incoming'
        if (incoming) intake.expect(fileId, file.size)
        records.push(
          begin(cloudId, {
            job: {
              kind: 'upload',
              path: incoming ? intake.pathFor(fileId) : file.path,
              ownCopy: incoming,
              intakeId: incoming ? fileId : null,
              identity: look.identity,
              fields,
              created: false,
            },
            imageId: null,
            imageName: fields.name,
            fileName: file.fileName,
            bytesTotal: look.local.size,
          }),
        )
      }
      queue.add(records)
      markStarted()
      return { transferIds: records.map((record) => record.id) }
    },
    'downloads.start': async ({ cloudId, imageIds, folderId, ifExists }) => {
      const client = await clouds.client(cloudId)
      const images = await Promise.all(imageIds.map(async (imageId) => clouds.knownImage(cloudId, imageId) ?? (await client.get(imageId))))
      const plans = await planDownloads(images, files.folder(folderId), ifExists, queue.records())
      const records = plans.map(({ image, fileName, folder }) =>
        begin(cloudId, {
          job: { kind: 'download', folder, replace: ifExists === 'replace', part: null, noRange: false },
          imageId: image.id,
          imageName: image.name ?? image.id,
          fileName,
          bytesTotal: image.size,
        }),
      )
      queue.add(records)
      return { transferIds: records.map((record) => record.id) }
    },

    'transfers.act': async ({ ids, action }) => await forEach(ids, (id) => queue.act(id, action)),
    'transfers.pauseAll': async () => {
      queue.pauseAll()
      return {}
    },
    'transfers.resumeAll': async () => {
      queue.resumeAll()
      return {}
    },
    'transfers.clearDone': async () => {
      await queue.clearDone()
      return {}
    },
    'transfers.move': async ({ id, to }) => {
      queue.move(id, to)
      return {}
    },
    'transfers.detail': async ({ id }) => queue.detail(id),
    'transfers.receipt': async ({ id }) => queue.receipt(id),
  }

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
      receive: (fileId, part, bytes) => intake.receive(fileId, part, bytes),
    },
    running: () =>
      queue
        .rows()
        .filter((row) => isActive(row.state))
        .map((row) => ({
          imageName: row.imageName,
          direction: row.direction,
          percent: row.bytesTotal === null || row.bytesTotal === 0 ? null : Math.floor((row.bytesDone / row.bytesTotal) * 100),
        })),
    setPower: (event) => {
      if (event === 'resume') queue.wake()
    },
    setOnline: (online) => {
      if (online) queue.wake()
    },
    close: async () => {
      await queue.close()
      await clouds.close()
      publisher.close()
      await engine.close()
      await service.close()
      journal.close()
      lock.release()
    },
  }
}

function mayBrowse(ports: AppPorts): void {
  if (!ports.host.mayBrowse) throw new GlancerError('not-allowed', 'This host has dialogs of its own.')
}
