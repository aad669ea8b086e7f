import { z } from 'zod'

/** Something about Glancer's own data that the person has to know, until they have read it or it is over. */
export const noticeSchema = z.object({
  id: z.enum(['journal-set-aside', 'journal-rows', 'journal-trouble']),
  severity: z.enum(['warn', 'error']),
  title: z.string(),
  text: z.string(),
  /** The file that it is about, such as the copy of a journal that was set aside. */
  path: z.string().nullable(),
  /** The person may put it away; otherwise it goes by itself. */
  dismissible: z.boolean(),
})
export type Notice = z.infer<typeof noticeSchema>
