import type { WebContents } from 'electron'
import { openOutside } from './links.ts'
import { PAGE_URL } from './scheme.ts'

/** Keeps a window on the page: it goes nowhere else, opens no other window, and embeds nothing. Links for a browser open there. */
export function guardNavigation(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    // A reload of the page itself is no journey.
    if (event.isMainFrame && event.url === PAGE_URL) return
    event.preventDefault()
    if (event.isMainFrame) openOutside(event.url)
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}
