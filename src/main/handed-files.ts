import { app as electron } from 'electron'
import { z } from 'zod'
import type { App } from '../core/ports.ts'

/** What a second start tells the first one, through Electron's single-instance lock. */
const handedSchema = z.object({ files: z.array(z.string().min(1).max(32_768)).max(1000) })
export type Handed = z.infer<typeof handedSchema>

/**
 * Files that the system opens with Glancer: on the command line, on that of a second start, or (macOS) by an event that may come before the
 * app is ready. They wait for the core, and there for the page.
 *
 * @param files those of this process's own command line, as absolute paths
 * @param wanted called when files of a second start came: the person looks for the window
 * @returns connects the core, once there is one
 */
export function takeHandedFiles(files: readonly string[], wanted: () => void): (app: App) => void {
  let give = (paths: readonly string[]): void => void early.push(...paths)
  const early = [...files]
  // Has to be heard before the app is ready, or macOS says that the file could not be opened.
  electron.on('open-file', (event, path) => {
    event.preventDefault()
    give([path])
    wanted()
  })
  electron.on('second-instance', (_event, _argv, _folder, data) => {
    const handed = handedSchema.safeParse(data)
    if (handed.success) give(handed.data.files)
    wanted()
  })
  return (app) => {
    give = (paths) => void app.files.handOver(paths)
    give(early)
  }
}
