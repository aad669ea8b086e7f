import { z } from 'zod'
import { type ErrorShape, errorCodes } from './errors.ts'

/** `ErrorShape` where it comes in from somewhere else. */
export const errorShapeSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  detail: z.string().optional(),
  requestId: z.string().optional(),
  remedy: z.string().optional(),
  status: z.number().int().optional(),
}) satisfies z.ZodType<ErrorShape>
