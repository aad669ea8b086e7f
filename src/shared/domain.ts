import { z } from 'zod'
import { secretNames } from './cloud-draft.ts'
import { errorShapeSchema } from './error-shape.ts'
import { defaultLook, savedViewsSchema, tableLookSchema } from './image-table.ts'

/**
 * The things that the product speaks of, as they cross the bridge. Field names are the Image API's, in camel case. All byte counts are whole
 * bytes, all times milliseconds since the epoch unless a name says otherwise.
 */

const bytes = z.number().int().nonnegative()
const time = z.number()

/** The longest name, tag and property key that Glance takes, in characters. */
export const NAME_LIMIT = 255

/** The disk formats of the Image API's default schema; a cloud may offer fewer, or more. */
export const knownDiskFormats = ['raw', 'qcow2', 'vmdk', 'vhd', 'vhdx', 'vdi', 'iso', 'ploop', 'ami', 'ari', 'aki'] as const
/** The container formats of the Image API's default schema. */
export const knownContainerFormats = ['bare', 'ovf', 'ova', 'docker', 'compressed', 'ami', 'ari', 'aki'] as const
export const visibilities = ['private', 'shared', 'community', 'public'] as const
export const visibilitySchema = z.enum(visibilities)
export type Visibility = z.infer<typeof visibilitySchema>

// ---------------------------------------------------------------------------------------------------------------------------- images

/** An image as Glance shows it. Statuses and formats stay open text: a cloud may know some that we have never heard of. */
export const imageSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  status: z.string(),
  size: bytes.nullable(),
  virtualSize: bytes.nullable(),
  diskFormat: z.string().nullable(),
  containerFormat: z.string().nullable(),
  visibility: z.string(),
  owner: z.string().nullable(),
  protected: z.boolean(),
  hidden: z.boolean(),
  minDisk: z.number(),
  minRam: z.number(),
  tags: z.array(z.string()),
  /** Store ids; empty where the cloud has no multiple stores, or the image no data. */
  stores: z.array(z.string()),
  /** MD5 of the data, in hex. */
  checksum: z.string().nullable(),
  /** The name of the cloud's own digest (usually sha512) and its value in hex. */
  hashAlgorithm: z.string().nullable(),
  hashValue: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Everything else that the record holds, as text. */
  properties: z.record(z.string(), z.string()),
  /** Fields that the cloud wrote in a form that is not the Image API's: they count as not there. */
  unreadable: z.array(z.string()).optional(),
  /** The names of the fields in which the cloud shows where the data lies. */
  dataAddresses: z.array(z.string()).optional(),
})
export type Image = z.infer<typeof imageSchema>

/** What one upload or edit sets on an image. */
export const imageFieldsSchema = z.object({
  name: z.string().min(1).max(NAME_LIMIT),
  diskFormat: z.string().min(1).max(64),
  containerFormat: z.string().min(1).max(64),
  visibility: visibilitySchema,
  protected: z.boolean().default(false),
  tags: z.array(z.string().min(1).max(NAME_LIMIT)).max(128).default([]),
  properties: z.record(z.string().min(1).max(NAME_LIMIT), z.string().max(65_535)).default({}),
  minDisk: z.number().int().nonnegative().default(0),
  minRam: z.number().int().nonnegative().default(0),
  /** The id of the store to keep the data in; null = the cloud's default. */
  store: z.string().nullable().default(null),
})
export type ImageFields = z.infer<typeof imageFieldsSchema>

// ---------------------------------------------------------------------------------------------------------------------------- clouds

export const THIS_COMPUTER = 'this-computer'

export const storeSchema = z.object({ id: z.string(), description: z.string().nullable(), isDefault: z.boolean(), readOnly: z.boolean() })

/** What a cloud said that it can do; null where it was not asked yet or did not say. */
export const capabilitiesSchema = z.object({
  diskFormats: z.array(z.string()).nullable(),
  containerFormats: z.array(z.string()).nullable(),
  stores: z.array(storeSchema),
  importMethods: z.array(z.string()),
  /** The version that the cloud calls its current one, such as `v2.16`. */
  version: z.string().nullable(),
  /** All that it lists, as it lists them; empty where it does not say. */
  versions: z.array(z.string()),
})
export type Capabilities = z.infer<typeof capabilitiesSchema>

export const cloudStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('signing-in') }),
  z.object({ kind: z.literal('signed-in') }),
  z.object({ kind: z.literal('failed'), error: errorShapeSchema }),
  /** Signed in before, but it does not answer now. */
  z.object({ kind: z.literal('offline'), error: errorShapeSchema, since: time }),
])
export type CloudState = z.infer<typeof cloudStateSchema>

/**
 * A cloud in the sidebar: one entry of clouds.yaml, one added by hand, or the built-in service, with one project and region. The same entry may be
 * there several times, each time with another project or region and with an id of its own, which never comes to mean another one. Holds no secret.
 */
export const cloudSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Clouds that have this in common are one entry, shown with several projects or regions. */
  entry: z.string(),
  kind: z.enum(['built-in', 'openstack']),
  /** Who says what it is: this app, the files of the official clients (only read), or a person in this app. */
  origin: z.enum(['built-in', 'file', 'added']),
  /** Where it comes from, in words: `clouds.yaml` with its path shortened by `~`, `added here`. */
  source: z.string(),
  region: z.string().nullable(),
  /** The project's name (or id), null for none or not yet known. */
  project: z.string().nullable(),
  projectId: z.string().nullable(),
  authUrl: z.string().nullable(),
  /** How it signs in, in words: `password`, `application credential`, `token`, `no sign-in`. */
  authKind: z.string().nullable(),
  /** The secret that it signs in with and that is not known: a person has to type it. Null where nothing is missing. */
  secretNeeded: z.enum(secretNames).nullable(),
  state: cloudStateSchema,
  /** Images known now; null before the first list. */
  imageCount: z.number().int().nullable(),
  capabilities: capabilitiesSchema.nullable(),
})
export type Cloud = z.infer<typeof cloudSchema>

// ----------------------------------------------------------------------------------------------------------------------------- files

export const findingSchema = z.object({
  severity: z.enum(['refuse', 'warn', 'note']),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  /** One thing that mends it: other settings, or a command to copy. */
  fix: z
    .object({
      label: z.string(),
      diskFormat: z.string().optional(),
      containerFormat: z.string().optional(),
      command: z.string().optional(),
    })
    .optional(),
})
export type Finding = z.infer<typeof findingSchema>

/** A local file that may be uploaded, as the trusted side sees it. The page knows its id and its base name, never its path. */
export const localFileSchema = z.object({
  fileId: z.string(),
  fileName: z.string(),
  size: bytes,
  /** What its first bytes say, in words: `qcow2 v3`, `ISO 9660, bootable`. */
  formatLabel: z.string(),
  virtualSize: bytes.nullable(),
  decompressedSize: bytes.nullable(),
  proposed: z.object({ name: z.string(), diskFormat: z.string(), containerFormat: z.string() }),
  /** What is to be said with the proposed formats. After a change of formats `files.check` gives the whole list anew. */
  findings: z.array(findingSchema),
})
export type LocalFile = z.infer<typeof localFileSchema>

// ------------------------------------------------------------------------------------------------------------------------- transfers

export const transferStates = [
  'queued',
  'preparing',
  'transferring',
  'finishing',
  'verifying',
  'done',
  'paused',
  'waiting',
  'failed',
  'cancelled',
] as const
export type TransferStateName = (typeof transferStates)[number]

/**
 * What a transfer does: from a file here to a cloud, the other way, into a cloud by the cloud itself (an address that it fetches, data that was
 * staged, another store, another region), or from one cloud through this machine to another.
 */
export const transferKinds = ['upload', 'download', 'import', 'copy'] as const
export type TransferKind = (typeof transferKinds)[number]

/** How the cloud gets the data of an import: the methods of `POST /v2/images/{id}/import` that Glancer knows. */
export const importMethods = ['glance-direct', 'web-download', 'copy-image', 'glance-download'] as const

/** Where an import is to put the data. No stores and not all of them = the cloud's default store. */
export const importTargetSchema = z.strictObject({
  stores: z.array(z.string().min(1).max(200)).max(100),
  allStores: z.boolean(),
  /** One store that fails fails them all. */
  mustAllSucceed: z.boolean(),
})
export type ImportTarget = z.infer<typeof importTargetSchema>

/** How far the cloud is with an import, in each store that was asked for, and what its task says of it. */
export const importProgressSchema = z.object({
  method: z.enum(importMethods),
  stores: z.array(z.object({ id: z.string(), state: z.enum(['waiting', 'done', 'failed']) })),
  task: z.object({ status: z.string(), message: z.string().nullable() }).nullable(),
})
export type ImportProgress = z.infer<typeof importProgressSchema>

/** What a transfer compared, and how it came out. `algorithms` are display names: `MD5`, `SHA-512`. */
export const verificationSchema = z.discriminatedUnion('kind', [
  /** `source`, of a copy: what the source confirmed as well; empty where it published no hash. */
  z.object({ kind: z.literal('verified'), algorithms: z.array(z.string()), source: z.array(z.string()).optional() }),
  /** The cloud published no hash; the size was compared. */
  z.object({ kind: z.literal('not-verifiable'), reason: z.string() }),
  /** `side`, of a copy: whose record it is that differs. */
  z.object({
    kind: z.literal('mismatch'),
    algorithms: z.array(z.string()),
    what: z.string(),
    side: z.enum(['source', 'target']).optional(),
  }),
  /** The cloud has taken in data that this machine never had, or has converted it: there is nothing to compare. */
  z.object({ kind: z.literal('not-compared'), reason: z.string() }),
])
export type Verification = z.infer<typeof verificationSchema>

/** One digest on both sides, in hex; null where a side has none. `source`, of a copy: on its third side. */
export const digestPairSchema = z.object({
  algorithm: z.string(),
  local: z.string().nullable(),
  remote: z.string().nullable(),
  source: z.string().nullable().optional(),
})
export type DigestPair = z.infer<typeof digestPairSchema>

/** Whole bytes on both sides; `remote` is null where the cloud does not say. */
export const sizePairSchema = z.object({ local: bytes, remote: bytes.nullable() })
export type SizePair = z.infer<typeof sizePairSchema>

/** What a copy does not take along, and why. */
export const leftOutSchema = z.object({ name: z.string(), why: z.string() })
export type LeftOut = z.infer<typeof leftOutSchema>

/** What may be done with a transfer now. The page draws exactly these. */
export const transferActions = [
  'pause',
  'resume',
  'cancel',
  'retry',
  'remove',
  'start-now',
  'delete-image',
  'begin-again',
  'delete-part',
  'show-file',
  'verify-again',
] as const
export type TransferAction = (typeof transferActions)[number]

/** One row of the tray: what changes often, and nothing more. */
export const transferSchema = z.object({
  id: z.string(),
  kind: z.enum(transferKinds),
  /** For a copy the cloud that gets the image. */
  cloudId: z.string(),
  cloudName: z.string(),
  imageId: z.string().nullable(),
  imageName: z.string(),
  fileName: z.string(),
  /** Where a copy comes from. */
  from: z.object({ cloudId: z.string(), cloudName: z.string(), imageId: z.string() }).nullable(),
  import: importProgressSchema.nullable(),
  state: z.enum(transferStates),
  /** For `waiting`: when it goes on by itself, and why it waits. For `paused`: why, if not by the person's wish. */
  until: time.nullable(),
  reason: z.string().nullable(),
  error: errorShapeSchema.nullable(),
  verification: verificationSchema.nullable(),
  /** What is left behind by a transfer that ended badly, in words; null = nothing. */
  leftBehind: z.string().nullable(),
  bytesDone: bytes,
  bytesTotal: bytes.nullable(),
  bytesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  limitedBy: z.string().nullable(),
  /** Bytes a second that this one may use; null = no limit of its own. */
  speedLimit: z.number().int().positive().nullable(),
  /** Since when the present state lasts. */
  stateSince: time,
  attempt: z.number().int(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  /** Place in the queue; rows of one group are sorted by it. */
  position: z.number(),
  actions: z.array(z.enum(transferActions)),
})
export type Transfer = z.infer<typeof transferSchema>

export const phaseSchema = z.object({
  name: z.string(),
  startedAt: time,
  endedAt: time.nullable(),
  bytes: bytes.nullable(),
  outcome: z.enum(['ok', 'cut-off', 'wait', 'running']),
})
export type Phase = z.infer<typeof phaseSchema>

export const logLineSchema = z.object({ at: time, level: z.enum(['info', 'warn', 'error']), text: z.string() })
export type LogLine = z.infer<typeof logLineSchema>

/** So many seconds on end were limited by this. */
export const limitSchema = z.object({ cause: z.string(), seconds: z.number() })
export type Limit = z.infer<typeof limitSchema>

/** What an unfolded row shows, and what a receipt holds. */
export const transferDetailSchema = z.object({
  transfer: transferSchema,
  phases: z.array(phaseSchema),
  log: z.array(logLineSchema),
  digests: z.array(digestPairSchema),
  /** The sizes that were compared. */
  sizes: sizePairSchema.nullable(),
  /** Bytes moved in each second since the start of the last attempt; at most the last 600. */
  perSecond: z.array(z.number()),
  /** What limited the last attempt, each whole second: runs of one cause in the order of time, at most the last 200. */
  limits: z.array(limitSchema),
  requestIds: z.array(z.string()),
  server: z.string().nullable(),
  project: z.string().nullable(),
  /** Of a copy: where it comes from, and what it does not take along. */
  source: z.object({ server: z.string(), project: z.string().nullable() }).nullable(),
  leftOut: z.array(leftOutSchema),
})
export type TransferDetail = z.infer<typeof transferDetailSchema>

// -------------------------------------------------------------------------------------------------------------------------- settings

const settingFields = {
  theme: z.enum(['system', 'light', 'dark']),
  transfersAtOnce: z.number().int().min(1).max(16),
  /** Bytes a second for all transfers together; null = no limit. */
  speedLimit: z.number().int().positive().nullable(),
  /** First-start screen was left: a file was uploaded, or a cloud signed in. */
  started: z.boolean(),
  /** Image lists are kept on this computer from one start to the next. Switched off, those that are kept are deleted. */
  rememberLists: z.boolean(),
  /** How the image table looks where no saved view says otherwise. */
  table: tableLookSchema,
}

/** As they are kept. One that cannot be read falls back to its default by itself, and takes no other with it. */
export const settingsSchema = z.object({
  theme: settingFields.theme.catch('system'),
  transfersAtOnce: settingFields.transfersAtOnce.catch(3),
  speedLimit: settingFields.speedLimit.catch(null),
  started: settingFields.started.catch(false),
  rememberLists: settingFields.rememberLists.catch(true),
  table: settingFields.table.catch(defaultLook),
  /** Changed by `views.save` and `views.delete` alone, so that two pages do not overwrite each other's. */
  views: savedViewsSchema.catch([]),
})
/** What is to be changed; without defaults, since what is left out stays as it is. */
export const settingsChangesSchema = z.strictObject(settingFields).partial()
export type Settings = z.infer<typeof settingsSchema>
export const defaultSettings: Settings = settingsSchema.parse({})

// ------------------------------------------------------------------------------------------------------------------------- image lists

/** How current the rows of one cloud are. Rows known from before stay shown while `loading` and when `error` is set. */
export const imageListStateSchema = z.object({
  loading: z.boolean(),
  loadedAt: time.nullable(),
  error: errorShapeSchema.nullable(),
  /** The cloud has more images than are listed. */
  more: z.boolean(),
  /** Records of the list that have no id and cannot be shown. */
  lost: z.number().int().optional(),
  /** The rows are those of the last run, as of `loadedAt`: the cloud has not confirmed them in this one. */
  remembered: z.boolean(),
})
export type ImageListState = z.infer<typeof imageListStateSchema>
