import { z } from 'zod'
import { cloudDraftSchema, draftFieldSchema } from './cloud-draft.ts'
import { cloudSchema } from './domain.ts'
import { errorShapeSchema } from './error-shape.ts'
import { command, id } from './image-protocol.ts'

/**
 * What the page may ask about the clouds themselves: the part of the protocol's one table that adds, tries and forgets them. A secret crosses in one
 * direction only, from the page to the core, and only in the fields `secret` and `text` below.
 */

/** Of an openrc or a clouds.yaml: a long one has some kilobytes. */
export const PASTE_LIMIT = 1024 * 1024
const secretText = z.string().min(1).max(65_536)
const nothing = z.strictObject({})

/** Where a secret can be kept: sealed by the system's key ring, in a file of mode 0600, or nowhere, until Glancer ends. */
export const secretKeeps = ['key-ring', 'file', 'memory'] as const
export const secretKeepSchema = z.enum(secretKeeps)
export type SecretKeep = z.infer<typeof secretKeepSchema>

/** The secret of a cloud as the page gives it: typed, found in a text that the core read (the page has only its id), or the one that is known already. */
export const givenSecretSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('typed'), secret: secretText }),
  z.strictObject({ kind: z.literal('found'), id }),
  z.strictObject({ kind: z.literal('known') }),
  z.strictObject({ kind: z.literal('none') }),
])
export type GivenSecret = z.infer<typeof givenSecretSchema>

/** A cloud that was understood from a text; `secretId` stands for the secret that came with it. */
const foundCloudSchema = z.object({
  draft: cloudDraftSchema,
  secretId: id.nullable(),
  /** The text asks the person for something, which is to be typed into the form. */
  asks: z.boolean(),
})

const readCloudsSchema = z.object({
  kind: z.enum(['openrc', 'clouds.yaml']),
  clouds: z.array(foundCloudSchema),
  /** What was not understood or is odd, by line where that is known. */
  notes: z.array(z.object({ line: z.number().int().nullable(), text: z.string() })),
})
export type FoundCloud = z.infer<typeof foundCloudSchema>
export type ReadClouds = z.infer<typeof readCloudsSchema>

export const certificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  selfSigned: z.boolean(),
  names: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
  sha256: z.string(),
})
export type CertificateFacts = z.infer<typeof certificateSchema>

/** The steps of a test, in order. */
export const testSteps = ['name', 'connect', 'tls', 'identity', 'sign-in', 'catalog', 'image-service', 'images'] as const

export const testReportSchema = z.object({
  ok: z.boolean(),
  steps: z.array(
    z.object({ step: z.enum(testSteps), outcome: z.enum(['done', 'failed', 'skipped']), text: z.string(), ms: z.number().nonnegative() }),
  ),
  /** What the step that failed says, and the field of the form to which it belongs. */
  error: errorShapeSchema.nullable(),
  field: draftFieldSchema.nullable(),
  /** What the server showed, where it was asked by https. */
  certificate: certificateSchema.nullable(),
  /** What the cloud has, as far as the test came: to choose from. */
  regions: z.array(z.string()),
  projects: z.array(z.string()),
})
export type TestReport = z.infer<typeof testReportSchema>

export const cloudCommands = {
  'clouds.signIn': command(z.strictObject({ cloudId: id }), cloudSchema),
  /** Signs in with a secret that was typed for it. `keep` counts for clouds that were added here; for others it stays in memory. */
  'clouds.signInWith': command(z.strictObject({ cloudId: id, secret: secretText, keep: secretKeepSchema }), cloudSchema),
  'clouds.signOut': command(z.strictObject({ cloudId: id }), cloudSchema),
  /** Reads clouds.yaml and its companions again. */
  'clouds.reload': command(nothing, z.array(cloudSchema)),
  /** Shell lines with which the official clients reach this cloud; they name a file, never a secret. */
  'clouds.terminalHelp': command(z.strictObject({ cloudId: id }), z.object({ text: z.string() })),

  /** How this host keeps secrets: what can be chosen, the first being the proposal, and what the person should know. */
  'clouds.keeping': command(nothing, z.object({ keeps: z.array(secretKeepSchema).min(1), keyRing: z.string().nullable() })),
  /** Understands an openrc or a clouds.yaml, pasted or chosen; runs nothing of it. */
  'clouds.read': command(
    z.union([z.strictObject({ text: z.string().max(PASTE_LIMIT) }), z.strictObject({ fileId: id })]),
    readCloudsSchema,
  ),
  /** A cloud as the form shows it: to change one that was added here, or to make one out of another. */
  'clouds.draft': command(
    z.strictObject({ cloudId: id }),
    z.object({
      /** The one to change; null where it can only be copied. */
      cloudId: id.nullable(),
      draft: cloudDraftSchema,
      keep: secretKeepSchema.nullable(),
      knowsSecret: z.boolean(),
    }),
  ),
  /**
   * Adds a cloud, or changes one that was added here. `known` as the secret means that of the cloud that is changed, or of the one that it
   * is made from.
   */
  'clouds.save': command(
    z.strictObject({
      cloudId: id.nullable(),
      from: id.nullable(),
      draft: cloudDraftSchema,
      secret: givenSecretSchema,
      keep: secretKeepSchema,
    }),
    cloudSchema,
  ),
  /** Forgets a cloud that was added here, and its secret. Nothing in the cloud changes. */
  'clouds.remove': command(z.strictObject({ cloudId: id }), nothing),
  /** Tries a draft, or a cloud that there is, step by step; keeps nothing, and takes at most half a minute. */
  'clouds.test': command(
    z.union([z.strictObject({ cloudId: id }), z.strictObject({ draft: cloudDraftSchema, from: id.nullable(), secret: givenSecretSchema })]),
    testReportSchema,
  ),
  /** Electron only: one file, by the system's dialog. Null = the person closed it. */
  'dialog.chooseFile': command(
    z.strictObject({ purpose: z.enum(['openrc', 'certificate']) }),
    z.object({ fileId: id, path: z.string() }).nullable(),
  ),
} as const
