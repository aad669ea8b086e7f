import { z } from 'zod'
import { checkCommands, checkSchema } from './check-protocol.ts'
import { cloudCommands } from './cloud-protocol.ts'
import { copyCommands } from './copy-protocol.ts'
import {
  cloudSchema,
  findingSchema,
  imageFieldsSchema,
  imageListStateSchema,
  imageSchema,
  importTargetSchema,
  localFileSchema,
  settingsChangesSchema,
  settingsSchema,
  transferSchema,
} from './domain.ts'
import { errorShapeSchema } from './error-shape.ts'
import { command, id, ids, imageCommands } from './image-protocol.ts'
import { filtersSchema, savedViewSchema, savedViewsSchema } from './image-table.ts'
import { importCommands } from './import-protocol.ts'
import { noticeSchema } from './notice.ts'
import { placeCommands } from './place-protocol.ts'
import { transferCommands } from './transfer-protocol.ts'

/**
 * The one table of all that the page may ask of the core, and of all that the core tells the page. Both hosts register from it; types are
 * inferred from it; a name that is not in it cannot be called. Ids are opaque to the page.
 */

const nothing = z.strictObject({})

/** All that the page needs to draw itself. `seq` is the number of the last delta that is contained in it. */
export const snapshotSchema = z.object({
  seq: z.number().int(),
  version: z.string(),
  clouds: z.array(cloudSchema),
  transfers: z.array(transferSchema),
  checks: z.array(checkSchema),
  notices: z.array(noticeSchema),
  settings: settingsSchema,
  /** Files that say which clouds there are: read, or why not; also the one of the clouds that were added here, where something is wrong with it. */
  cloudFiles: z.array(z.object({ path: z.string(), error: z.string().nullable() })),
  /** Free bytes where the built-in service keeps its images; null if the system does not say. */
  freeBytes: z.number().nullable(),
})
export type Snapshot = z.infer<typeof snapshotSchema>

/** What changed since the delta before. Absent = unchanged. */
export const deltaSchema = z.object({
  seq: z.number().int(),
  clouds: z.array(cloudSchema).optional(),
  cloudFiles: snapshotSchema.shape.cloudFiles.optional(),
  transfers: z.object({ upserts: z.array(transferSchema), removed: z.array(id) }).optional(),
  checks: z.object({ upserts: z.array(checkSchema), removed: z.array(id) }).optional(),
  notices: z.array(noticeSchema).optional(),
  images: z.array(z.object({ cloudId: id, upserts: z.array(imageSchema), removed: z.array(id), state: imageListStateSchema })).optional(),
  settings: settingsSchema.optional(),
  freeBytes: z.number().nullable().optional(),
  /** Files that the system opened with the app wait to be taken (`files.takeWaiting`). */
  filesWaiting: z.literal(true).optional(),
})
export type Delta = z.infer<typeof deltaSchema>

const browseEntrySchema = z.object({
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  size: z.number().nullable(),
  modifiedAt: z.number().nullable(),
})
const listingSchema = z.object({
  /** Absolute path of the folder shown; the person who browses it may see it. */
  folder: z.string(),
  parent: z.string().nullable(),
  places: z.array(z.object({ label: z.string(), folder: z.string() })),
  entries: z.array(browseEntrySchema),
  /** More entries than are listed. */
  truncated: z.boolean(),
  freeBytes: z.number().nullable(),
})
export type FolderListing = z.infer<typeof listingSchema>

export const commands = {
  'app.snapshot': command(nothing, snapshotSchema),
  'app.changeSettings': command(settingsChangesSchema, settingsSchema),
  /** Keeps a view of the image table, or changes the one of that id. */
  'views.save': command(savedViewSchema, savedViewsSchema),
  'views.delete': command(z.strictObject({ id }), savedViewsSchema),

  'app.dismissNotice': command(z.strictObject({ id: noticeSchema.shape.id }), nothing),

  ...cloudCommands,
  ...placeCommands,

  /** Starts to keep this cloud's images live for the page, and gives those known now. */
  'images.watch': command(
    z.strictObject({ cloudId: id }),
    z.object({ seq: z.number().int(), images: z.array(imageSchema), state: imageListStateSchema }),
  ),
  'images.unwatch': command(z.strictObject({ cloudId: id }), nothing),
  /** The page that watches cannot be seen, or can be again: nobody is asked meanwhile, and what is known stays. */
  'images.pause': command(z.strictObject({ cloudId: id }), nothing),
  'images.resume': command(z.strictObject({ cloudId: id }), nothing),
  /**
   * Asks the cloud itself for images that match, by the filters that it has, and takes them into the rows of this cloud. For lists that are not
   * known to their end; where they are, the page filters by itself. Only a watched cloud is asked.
   */
  'images.find': command(
    z.strictObject({ cloudId: id, filters: filtersSchema, search: z.string().max(500) }),
    z.object({ found: z.number().int() }),
  ),
  /** Glance lists the community images of others only to who asks for them: from now on they are among the rows of this cloud, which is watched. */
  'images.includeCommunity': command(z.strictObject({ cloudId: id }), nothing),
  'images.refresh': command(z.strictObject({ cloudId: id }), nothing),
  ...imageCommands,

  /** A look at each file's first bytes. A file that cannot be read comes back with a finding, not as an error. */
  'files.inspect': command(z.strictObject({ fileIds: z.array(id).max(1000) }), z.array(localFileSchema)),
  /** What is to be said about one file with the formats chosen for one cloud. */
  'files.check': command(
    z.strictObject({ fileId: id, cloudId: id, diskFormat: z.string().max(64), containerFormat: z.string().max(64) }),
    z.array(findingSchema),
  ),
  /** Electron only: what the system opened with the app since the page asked last; a delta says when there is something. */
  'files.takeWaiting': command(nothing, z.array(z.union([z.object({ fileId: id }), z.object({ name: z.string(), problem: z.string() })]))),
  'files.release': command(z.strictObject({ fileIds: z.array(id).max(1000) }), nothing),
  /** Web host only: a file that the browser has. Its bytes follow over HTTP (`/intake/<fileId>`). */
  'files.announce': command(
    z.strictObject({ name: z.string().min(1).max(4096), size: z.number().int().nonnegative(), modifiedAt: z.number() }),
    z.object({ fileId: id }),
  ),
  /** Web host only: the browser cannot read a file any more whose body was to follow. */
  'files.cannotSend': command(z.strictObject({ fileId: id }), nothing),
  /** Web host only: the folders of the machine that the host runs on. */
  'files.browse': command(z.strictObject({ folder: z.string().max(4096).nullable() }), listingSchema),
  'files.pick': command(
    z.strictObject({ folder: z.string().max(4096), names: z.array(z.string().min(1).max(1024)).min(1).max(1000) }),
    z.object({ fileIds: z.array(id) }),
  ),
  'files.pickFolder': command(z.strictObject({ folder: z.string().max(4096) }), z.object({ folderId: id, label: z.string() })),
  /** Electron only: the system's own dialogs. Null = the person closed it. */
  'dialog.openFiles': command(nothing, z.object({ fileIds: z.array(id) }).nullable()),
  'dialog.chooseFolder': command(nothing, z.object({ folderId: id, label: z.string() }).nullable()),
  /** Shows a finished download in the system's file manager (Electron), or says where it is (web). */
  'dialog.showFile': command(z.strictObject({ transferId: id }), z.object({ shown: z.boolean(), path: z.string() })),

  'uploads.start': command(
    z.strictObject({
      cloudId: id,
      items: z
        .array(z.strictObject({ fileId: id, fields: imageFieldsSchema }))
        .min(1)
        .max(1000),
      /** To the staging area, and imported from there (`glance-direct`); null = to the images themselves. */
      staging: importTargetSchema.nullable().default(null),
    }),
    z.object({ transferIds: z.array(id) }),
  ),
  'downloads.start': command(
    z.strictObject({ cloudId: id, imageIds: ids.min(1), folderId: id, ifExists: z.enum(['rename', 'replace']).default('rename') }),
    z.object({ transferIds: z.array(id) }),
  ),

  ...importCommands,
  ...transferCommands,
  ...copyCommands,
  ...checkCommands,
} as const

export type CommandName = keyof typeof commands
/** What a caller gives: fields with a default may be left out. */
export type Input<N extends CommandName> = z.input<(typeof commands)[N]['input']>
/** What a handler gets, after parsing. */
export type ParsedInput<N extends CommandName> = z.output<(typeof commands)[N]['input']>
export type Output<N extends CommandName> = z.output<(typeof commands)[N]['output']>

/** Events, core to page. Deltas come at most ten times a second, terminal states of transfers at once. */
export const events = { delta: deltaSchema } as const

/** What every command answers with, on both hosts. */
export type Answer<T> = { ok: true; value: T } | { ok: false; error: z.infer<typeof errorShapeSchema> }

/** The frames of the web host's socket. A call's `input` is parsed by the command's own schema afterwards. */
export const callFrameSchema = z.strictObject({ id: z.number().int(), call: z.string().max(100), input: z.unknown() })
export const serverFrameSchema = z.union([
  z.object({ id: z.number().int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.number().int(), ok: z.literal(false), error: errorShapeSchema }),
  z.object({ event: z.literal('delta'), payload: events.delta }),
])
export type ServerFrame = z.infer<typeof serverFrameSchema>

/** The largest message that either host takes from a page, in bytes: a thousand uploads with all their properties fit, a flood does not. */
export const MESSAGE_LIMIT = 4 * 1024 * 1024

/** True for a name that the table declares (own keys only, so that `__proto__` and `constructor` are not names). */
export function isCommandName(name: unknown): name is CommandName {
  return typeof name === 'string' && Object.hasOwn(commands, name)
}
