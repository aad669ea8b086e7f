import { z } from 'zod'
import { imageSchema, NAME_LIMIT, visibilitySchema } from './domain.ts'
import { errorShapeSchema } from './error-shape.ts'

/** What the page may ask about single images, and do with them: the part of the protocol's one table that edits. */

/** That of a cloud may hold the name of its entry, a region and a project. */
export const id = z.string().min(1).max(1000)
export const ids = z.array(id).max(10_000)

export const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): { input: I; output: O } => ({ input, output })

/** Which rows a bulk action did, and why not the others. */
export const outcomesSchema = z.array(z.object({ id, error: errorShapeSchema.nullable() }))
export type Outcomes = z.infer<typeof outcomesSchema>

/** The longest value of a property that Glance keeps, in characters. */
export const VALUE_LIMIT = 65_535
/** The largest min_disk and min_ram that Glance keeps. */
export const AMOUNT_LIMIT = 2_147_483_647

/** Characters as Glance counts them: an emoji is one. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}
const textUpTo = (limit: number) =>
  z.string().refine((text) => lengthOf(text) <= limit, { error: `at most ${limit.toLocaleString('en-US')} characters` })

const imageName = textUpTo(NAME_LIMIT)
const propertyKey = z.string().min(1).max(NAME_LIMIT)
/** Text sets a property, null takes it away. */
const propertyChanges = z.record(propertyKey, textUpTo(VALUE_LIMIT).nullable())
const amount = z.number().int().nonnegative().max(AMOUNT_LIMIT)
const tags = z.array(textUpTo(NAME_LIMIT).min(1)).max(1000)

export const imageChangesSchema = z.strictObject({
  name: imageName.nullable().optional(),
  visibility: visibilitySchema.optional(),
  protected: z.boolean().optional(),
  hidden: z.boolean().optional(),
  tags: tags.optional(),
  minDisk: amount.optional(),
  minRam: amount.optional(),
  properties: propertyChanges.optional(),
})
export type ImageChanges = z.infer<typeof imageChangesSchema>

/** What the person saw before the change, of the same fields; a property that was not there is null. */
export const imageBaseSchema = imageChangesSchema.extend({
  name: z.string().nullable().optional(),
  visibility: z.string().optional(),
  tags: z.array(z.string()).optional(),
  minDisk: z.number().optional(),
  minRam: z.number().optional(),
  properties: z.record(z.string(), z.string().nullable()).optional(),
})
export type ImageBase = z.infer<typeof imageBaseSchema>

/** What may be done to one image or to many alike. */
export const imageActions = ['deactivate', 'reactivate', 'protect', 'unprotect', 'hide', 'unhide'] as const
export type ImageAction = (typeof imageActions)[number]

/** A record without data. */
export const newRecordSchema = z.strictObject({
  name: imageName,
  diskFormat: z.string().max(64).nullable(),
  containerFormat: z.string().max(64).nullable(),
  visibility: visibilitySchema,
  protected: z.boolean(),
  hidden: z.boolean(),
  minDisk: amount,
  minRam: amount,
  tags,
  properties: z.record(propertyKey, textUpTo(VALUE_LIMIT)),
})
export type NewRecord = z.infer<typeof newRecordSchema>

/** A project that an image is shared with. `status` is Glance's word: pending, accepted, rejected. */
export const memberSchema = z.object({ projectId: z.string(), status: z.string(), updatedAt: z.string().nullable() })
export type Member = z.infer<typeof memberSchema>
export const memberAnswers = ['accepted', 'rejected', 'pending'] as const
export type MemberAnswer = (typeof memberAnswers)[number]

/** One import, or another task, of an image. Status and message are the cloud's own words. */
export const taskSchema = z.object({
  id: z.string(),
  type: z.string(),
  status: z.string(),
  message: z.string().nullable(),
  /** The import method, where it is an import. */
  method: z.string().nullable(),
  stores: z.array(z.string()),
  createdAt: z.string().nullable(),
  updatedAt: z.string().nullable(),
})
export type ImageTask = z.infer<typeof taskSchema>

/** A property that the cloud knows of: from its image schema or its metadata definitions. */
export const knownPropertySchema = z.object({
  key: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  type: z.enum(['text', 'integer', 'number', 'boolean']),
  /** The values that it may have; empty = any of its type. */
  choices: z.array(z.string()),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
})
export type KnownProperty = z.infer<typeof knownPropertySchema>

/** One limit of the cloud and how much of it is used. Sizes (`image_size_total`, `image_stage_total`) are in MiB, the others are counts. */
export const usageSchema = z.object({ name: z.string(), limit: z.number(), usage: z.number() })
export type Usage = z.infer<typeof usageSchema>

const one = { cloudId: id, imageId: id }
const nothing = z.object({})

export const imageCommands = {
  'images.delete': command(z.strictObject({ cloudId: id, imageIds: ids }), outcomesSchema),
  /**
   * Changes exactly what differs, all of it or nothing. With `base`, a field that somebody else changed since is not overwritten: nothing is sent
   * then, and `changedByOthers` names the fields (`name`, `properties.os_distro`); tags are merged instead. What the cloud refuses is in `refused`,
   * with the field that it is about where it says so. `image` is the image as the cloud has it now.
   */
  'images.change': command(
    z.strictObject({ ...one, changes: imageChangesSchema, base: imageBaseSchema.optional() }),
    z.object({
      image: imageSchema,
      changedByOthers: z.array(z.string()),
      refused: z.object({ field: z.string().nullable(), error: errorShapeSchema }).nullable(),
    }),
  ),
  'images.act': command(z.strictObject({ cloudId: id, imageIds: ids, action: z.enum(imageActions) }), outcomesSchema),
  'images.create': command(z.strictObject({ cloudId: id, record: newRecordSchema }), imageSchema),
  'images.members': command(z.strictObject(one), z.array(memberSchema)),
  /** The outcome's ids are those of the projects. */
  'images.share': command(z.strictObject({ ...one, projectIds: z.array(id).min(1).max(128) }), outcomesSchema),
  'images.unshare': command(z.strictObject({ ...one, projectId: id }), nothing),
  /** Images that others share with this project and that wait for an answer, or were rejected; they are in no list otherwise. */
  'images.offered': command(z.strictObject({ cloudId: id, status: z.enum(['pending', 'rejected']) }), z.array(imageSchema)),
  'images.answerShare': command(z.strictObject({ cloudId: id, imageIds: ids, answer: z.enum(memberAnswers) }), outcomesSchema),
  'images.tasks': command(z.strictObject(one), z.array(taskSchema)),
  /** The record as the cloud writes it, pretty; secrets in addresses are taken out. */
  'images.raw': command(z.strictObject(one), z.object({ json: z.string(), locations: z.array(z.string()) })),
  'images.removeFromStore': command(z.strictObject({ ...one, store: id }), nothing),
  'images.knownProperties': command(z.strictObject({ cloudId: id }), z.array(knownPropertySchema)),
  'images.usage': command(z.strictObject({ cloudId: id }), z.array(usageSchema)),
} as const
