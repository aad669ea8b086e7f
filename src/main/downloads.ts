import type { Session } from 'electron'
import { PAGE_ORIGIN } from './scheme.ts'

/**
 * What the page made itself (a receipt, metadata of images) may be saved: Electron asks the person where. Nothing else is written to the disk by
 * the browser part; images come by the core, which checks them.
 */
export function guardDownloads(session: Session): void {
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${PAGE_ORIGIN}/`)) event.preventDefault()
  })
}
