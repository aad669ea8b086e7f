import { z } from 'zod'
import { transferSchema } from '../../../../src/shared/domain.ts'
import { crashPointSchema } from './crash-points.ts'

/** What the test and the process that it kills say to each other. */

export const childOptionsSchema = z.object({
  dataDir: z.string(),
  homeDir: z.string(),
  cloudsFile: z.string().nullable(),
  crashPoint: crashPointSchema.nullable(),
})
export type ChildOptions = z.infer<typeof childOptionsSchema>

const id = z.number().int()
export const childAskedSchema = z.discriminatedUnion('what', [
  z.object({ id, what: z.literal('call'), name: z.string(), input: z.unknown() }),
  z.object({ id, what: z.literal('add'), paths: z.array(z.string()) }),
  z.object({
    id,
    what: z.literal('receive'),
    fileId: z.string(),
    part: z.enum(['head', 'tail', 'body']),
    path: z.string(),
    /** Bytes of the file, `end` not included. */
    start: z.number().int(),
    end: z.number().int(),
    /** Half of them come, and then none any more. */
    stalls: z.boolean().default(false),
  }),
  z.object({ id, what: z.literal('close') }),
])
export type ReceiveAsked = Extract<z.output<typeof childAskedSchema>, { what: 'receive' }>
export type ChildAsked = z.input<typeof childAskedSchema>

export const childSaysSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** The core did not start: why. */
  z.object({ kind: z.literal('refused'), message: z.string() }),
  z.object({ kind: z.literal('answer'), id, value: z.unknown() }),
  z.object({ kind: z.literal('failed'), id, message: z.string() }),
  /** What a page is shown. */
  z.object({ kind: z.literal('row'), row: transferSchema }),
])
export type ChildSays = z.infer<typeof childSaysSchema>
