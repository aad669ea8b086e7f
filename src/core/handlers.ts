import { join } from 'node:path'
import { settingsSchema } from '../shared/domain.ts'
import { GlancerError } from '../shared/errors.ts'
import { MOST_VIEWS, type SavedView } from '../shared/image-table.ts'
import { createCheckHandlers } from './check-handlers.ts'
import type { Checks } from './checks.ts'
import { createCloudHandlers } from './cloud-handlers.ts'
import type { AddedClouds } from './clouds/added-clouds.ts'
import type { CloudRegistry } from './clouds/registry.ts'
import type { Secrets } from './clouds/secrets.ts'
import { createCopyHandlers } from './copy-handlers.ts'
import type { Handlers } from './dispatch.ts'
import { freeBytes, listFolder } from './files/browse.ts'
import type { FileRegistry } from './files/file-registry.ts'
import type { HandedOver } from './files/handed-over.ts'
import { type Inspected, inspectFile } from './files/inspect.ts'
import type { Intake } from './files/intake.ts'
import { findings } from './formats/index.ts'
import { createImageHandlers } from './image-handlers.ts'
import type { RememberedLists } from './images/remembered-lists.ts'
import { serverQueries } from './images/server-filter.ts'
import { createImportHandlers, offers, stagingOf } from './import-handlers.ts'
import type { Notices } from './notices.ts'
import { createPlaceHandlers } from './place-handlers.ts'
import type { AppPorts } from './ports.ts'
import type { Publisher } from './publisher.ts'
import { createTransferHandlers } from './transfer-handlers.ts'
import { planDownloads } from './transfers/download-plan.ts'
import type { Journal } from './transfers/journal.ts'
import { newTransfer, type TransferRequest } from './transfers/new-transfer.ts'
import type { TransferQueue } from './transfers/queue.ts'
import type { TransferRecord } from './transfers/record.ts'

/** What the handlers work with; `app.ts` makes it. */
export interface Parts {
  ports: AppPorts
  journal: Journal
  publisher: Publisher
  clouds: CloudRegistry
  queue: TransferQueue
  files: FileRegistry
  intake: Intake
  handed: HandedOver
  checks: Checks
  notices: Notices
  /** Where the built-in service keeps its images. */
  serviceDir: string
  added: AddedClouds
  secrets: Secrets
  lists: RememberedLists
}

/** One function for every command of the protocol. */
export function createHandlers(parts: Parts): Handlers {
  const { ports, journal, publisher, clouds, queue, files, intake, handed, checks, notices, serviceDir, added, secrets, lists } = parts
  const inspected = new Map<string, Inspected>()
  let settings = journal.settings()

  const begin = (cloudId: string, rest: Omit<TransferRequest, 'cloudId' | 'cloudName'>): TransferRecord =>
    newTransfer({ ...rest, cloudId, cloudName: clouds.label(cloudId) }, Date.now())
  const markStarted = (): void => {
    if (settings.started) return
    settings = { ...settings, started: true }
    journal.saveSettings(settings)
    publisher.settingsChanged(settings)
  }
  const keepViews = (views: SavedView[]): SavedView[] => {
    settings = { ...settings, views }
    journal.saveSettings(settings)
    publisher.settingsChanged(settings)
    return views
  }
  const inspect = async (fileId: string): Promise<Inspected> => {
    const found = await inspectFile(files.get(fileId))
    inspected.set(fileId, found)
    return found
  }

  return {
    'app.snapshot': async () => {
      publisher.flush()
      return {
        seq: publisher.seq,
        version: ports.version,
        clouds: clouds.list(),
        transfers: queue.rows(),
        checks: checks.list(),
        notices: notices.list(),
        settings,
        cloudFiles: clouds.files(),
        freeBytes: await freeBytes(serviceDir),
      }
    },
    'app.changeSettings': async (changes) => {
      settings = settingsSchema.parse({ ...settings, ...JSON.parse(JSON.stringify(changes)) })
      journal.saveSettings(settings)
      queue.setLimits({ atOnce: settings.transfersAtOnce, speedLimit: settings.speedLimit })
      await lists.setEnabled(settings.rememberLists)
      publisher.settingsChanged(settings)
      return settings
    },

    'app.dismissNotice': async ({ id }) => {
      notices.dismiss(id)
      return {}
    },
    'views.save': async (view) => {
      const others = settings.views.filter((each) => each.id !== view.id)
      if (others.length >= MOST_VIEWS)
        throw new GlancerError('not-allowed', `At most ${MOST_VIEWS} views are kept.`, { remedy: 'Delete one first.' })
      // A changed view keeps its place.
      return keepViews(
        others.length === settings.views.length ? [...others, view] : settings.views.map((each) => (each.id === view.id ? view : each)),
      )
    },
    'views.delete': async ({ id }) => keepViews(settings.views.filter((view) => view.id !== id)),

    ...createCloudHandlers({ ports, clouds, added, secrets, files, flush: () => publisher.flush(), signedIn: markStarted }),
    ...createPlaceHandlers(clouds),

    'images.watch': async ({ cloudId }) => {
      const { images, state } = await clouds.watch(cloudId)
      publisher.flush()
      return { seq: publisher.seq, images, state }
    },
    'images.unwatch': async ({ cloudId }) => {
      clouds.unwatch(cloudId)
      return {}
    },
    'images.pause': async ({ cloudId }) => {
      clouds.unwatch(cloudId)
      return {}
    },
    'images.resume': async ({ cloudId }) => {
      clouds.resume(cloudId)
      return {}
    },
    'images.find': async ({ cloudId, filters, search }) => ({
      found: await clouds.find(cloudId, serverQueries(filters, search, Date.now())),
    }),
    'images.includeCommunity': async ({ cloudId }) => {
      await clouds.includeCommunity(cloudId)
      return {}
    },
    'images.refresh': async ({ cloudId }) => {
      clouds.refresh(cloudId)
      return {}
    },
    ...createImageHandlers(clouds),

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
    'files.takeWaiting': async () => handed.take(),
    'files.release': async ({ fileIds }) => {
      files.release(fileIds)
      for (const fileId of fileIds) inspected.delete(fileId)
      return {}
    },
    'files.announce': async ({ name, size }) => ({ fileId: files.announce(name, size) }),
    'files.cannotSend': async ({ fileId }) => {
      intake.giveUp(fileId)
      return {}
    },
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

    'uploads.start': async ({ cloudId, items, staging }) => {
      clouds.label(cloudId)
      if (staging !== null) offers(clouds, cloudId, 'glance-direct')
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
              staging: staging === null ? null : stagingOf(staging, fields),
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
          job: { kind: 'download', folder, replace: ifExists === 'replace', part: null, noRange: false, folderDev: null, committing: null },
          imageId: image.id,
          imageName: image.name ?? image.id,
          fileName,
          bytesTotal: image.size,
        }),
      )
      queue.add(records)
      return { transferIds: records.map((record) => record.id) }
    },

    ...createImportHandlers({ clouds, queue, begin }),
    ...createCopyHandlers(clouds, queue),
    ...createTransferHandlers(queue),
    ...createCheckHandlers(parts),
  }
}

function mayBrowse(ports: AppPorts): void {
  if (!ports.host.mayBrowse) throw new GlancerError('not-allowed', 'This host has dialogs of its own.')
}
