import { z } from 'zod'
import {
  digestPairSchema,
  imageFieldsSchema,
  importProgressSchema,
  importTargetSchema,
  leftOutSchema,
  limitSchema,
  logLineSchema,
  phaseSchema,
  sizePairSchema,
  transferStates,
  verificationSchema,
} from '../../shared/domain.ts'
import { errorShapeSchema } from '../../shared/error-shape.ts'

/**
 * A transfer as the journal keeps it: all that is needed to go on after a crash, and all that a receipt tells. Holds paths (the page never
 * sees them) but no token and no password. Progress is not in it: bytes that were moved are read from the part file, or begin at 0.
 */
const identitySchema = z.object({ size: z.number().int().nonnegative(), mtimeNs: z.string(), ino: z.string(), dev: z.string() })

const uploadSchema = z.object({
  kind: z.literal('upload'),
  path: z.string(),
  /** The file is a copy that Glancer made of what a browser sent; it is taken away when the transfer is removed. */
  ownCopy: z.boolean(),
  /** For a file that a browser is still sending: its id in the intake. */
  intakeId: z.string().nullable(),
  /** What the file was when the upload was asked for. Null = not looked at yet (a browser's file that is still coming). */
  identity: identitySchema.nullable(),
  fields: imageFieldsSchema,
  /** This transfer made the record `imageId` (so it may offer to delete it). */
  created: z.boolean(),
  /** The data goes to the cloud's staging area and is imported from there (`glance-direct`). Null = it is sent to the image itself. */
  staging: z.object({ target: importTargetSchema, progress: importProgressSchema }).nullable().default(null),
})

/** The cloud gets the data by itself; nothing of it passes this machine. */
const importSchema = z.object({
  kind: z.literal('import'),
  source: z.discriminatedUnion('method', [
    /** The address may hold a secret in its query: it is sent to the cloud, and shown without. */
    z.object({ method: z.literal('web-download'), uri: z.string() }),
    /** To further stores; the image `imageId` is there already. */
    z.object({ method: z.literal('copy-image') }),
    z.object({ method: z.literal('glance-download'), region: z.string(), imageId: z.string() }),
  ]),
  target: importTargetSchema,
  /** What the new record is to have; null where the image was there before. */
  fields: imageFieldsSchema.nullable(),
  created: z.boolean(),
  /** As last seen. */
  progress: importProgressSchema,
})

/** From one cloud to another; `cloudId` and `imageId` of the record are those of the target. */
const copySchema = z.object({
  kind: z.literal('copy'),
  from: z.object({ cloudId: z.string(), cloudName: z.string(), imageId: z.string() }),
  fields: imageFieldsSchema,
  created: z.boolean(),
  /** The data as the source had it when the first attempt began, and where that is: a copy is of this data or of none. Null = not looked at yet. */
  source: z
    .object({
      server: z.string(),
      project: z.string().nullable(),
      size: z.number(),
      checksum: z.string().nullable(),
      hashAlgorithm: z.string().nullable(),
      hashValue: z.string().nullable(),
    })
    .nullable()
    .default(null),
  /** What the copy does not take along: by rule, by a person's wish, or because the target refused it. */
  leftOut: z.array(leftOutSchema).default([]),
  /** The source showed that it has no Range. */
  noRange: z.boolean().default(false),
})

const downloadSchema = z.object({
  kind: z.literal('download'),
  folder: z.string(),
  replace: z.boolean(),
  /** The image as it was when the part file was begun: a part is only kept for the very same data. */
  part: z
    .object({ size: z.number().nullable(), checksum: z.string().nullable(), hashValue: z.string().nullable(), updatedAt: z.string() })
    .nullable(),
  /** This image's store showed that it has no Range. */
  noRange: z.boolean(),
  /** The device that the folder was on when the part file was begun, as decimal text: a drive that is gone may leave its empty folder behind. */
  folderDev: z.string().nullable().default(null),
  /** The verified part file while it gets its name, so that a crash in between leaves a file that is recognised. */
  committing: identitySchema.nullable().default(null),
})

export const transferRecordSchema = z.object({
  id: z.string(),
  job: z.discriminatedUnion('kind', [uploadSchema, downloadSchema, importSchema, copySchema]),
  cloudId: z.string(),
  cloudName: z.string(),
  imageId: z.string().nullable(),
  imageName: z.string(),
  fileName: z.string(),
  bytesTotal: z.number().nullable(),
  state: z.enum(transferStates),
  stateSince: z.number(),
  until: z.number().nullable(),
  reason: z.string().nullable(),
  error: errorShapeSchema.nullable(),
  verification: verificationSchema.nullable(),
  leftBehind: z.string().nullable(),
  digests: z.array(digestPairSchema),
  sizes: sizePairSchema.nullable().default(null),
  /** Attempts that count against the limit of them; a retry by hand begins anew. */
  attempt: z.number().int(),
  /** How often it was begun in all. */
  starts: z.number().int().default(0),
  /** Bytes a second; null = no limit of its own. */
  speedLimit: z.number().int().positive().nullable().default(null),
  /** Since when, and for how many waits on end, the other side has been away. Waiting for it uses up no attempt. */
  away: z.object({ since: z.number(), waits: z.number().int() }).nullable().default(null),
  position: z.number(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  phases: z.array(phaseSchema),
  log: z.array(logLineSchema),
  perSecond: z.array(z.number()),
  /** What limited the last attempt, second by second, as runs of one cause. */
  limits: z.array(limitSchema).default([]),
  requestIds: z.array(z.string()),
  server: z.string().nullable(),
  project: z.string().nullable(),
})
export type TransferRecord = z.infer<typeof transferRecordSchema>
export type UploadRecordJob = z.infer<typeof uploadSchema>
export type CopyRecordJob = z.infer<typeof copySchema>
export type DownloadRecordJob = z.infer<typeof downloadSchema>
export type ImportRecordJob = z.infer<typeof importSchema>

/** The clouds that take part. */
export function cloudsOf({ cloudId, job }: Pick<TransferRecord, 'cloudId' | 'job'>): string[] {
  return job.kind === 'copy' ? [cloudId, job.from.cloudId] : [cloudId]
}

/** This transfer made the image that it fills, so it may be offered to delete it. */
export function madeImage(job: TransferRecord['job']): boolean {
  return job.kind !== 'download' && job.created
}

/** The cloud takes the data in by an import, and may convert it. */
export function isImported(job: TransferRecord['job']): boolean {
  return job.kind === 'import' || (job.kind === 'upload' && job.staging !== null)
}

const LOG_LIMIT = 200
const PHASE_LIMIT = 60
const REQUEST_ID_LIMIT = 50
const PER_SECOND_LIMIT = 600

/** Keeps what may grow within bounds: the newest lines are kept, and the first one, which says how it began. */
export function bounded(record: TransferRecord): TransferRecord {
  return {
    ...record,
    log: record.log.length > LOG_LIMIT ? [...record.log.slice(0, 1), ...record.log.slice(1 - LOG_LIMIT)] : record.log,
    phases: record.phases.slice(-PHASE_LIMIT),
    requestIds: record.requestIds.slice(-REQUEST_ID_LIMIT),
    perSecond: record.perSecond.slice(-PER_SECOND_LIMIT),
  }
}
