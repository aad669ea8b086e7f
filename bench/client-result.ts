import { z } from 'zod'

/** What a run took, as Glancer itself sees it. */
export const resultSchema = z.object({
  seconds: z.number(),
  /** Until the last byte was moved: what follows is the server's answer (upload) or the flush to disk (download). */
  secondsToLastByte: z.number(),
  /** User and system time of the process during the work alone. */
  cpuSeconds: z.number(),
  rssBeforeMiB: z.number(),
  rssPeakMiB: z.number(),
  loopDelayP99Ms: z.number(),
  waits: z.record(z.string(), z.number()).nullable(),
  /** Of the last transfer, in hex by name. */
  digests: z.record(z.string(), z.string()),
})
