import { setTimeout } from 'node:timers/promises'
import { BrowserWindow } from './browser-window.ts'

/**
 * For tests: waits until a row of the page's table holds this text and was painted. Gives the page's own clock then (Unix time in ms), so that
 * it does not count how long a test takes to connect and look.
 */
export async function firstRow(text: string): Promise<number> {
  for (;;) {
    const [window] = BrowserWindow.getAllWindows()
    const at = await window?.webContents.evaluate(`new Promise((done) => {
      const look = () => {
        const found = [...document.querySelectorAll('[role=row]')].some((row) => row.textContent.includes(${JSON.stringify(text)}))
        if (found) requestAnimationFrame(() => requestAnimationFrame(() => done(Date.now())))
        return found
      }
      if (!look()) {
        const observer = new MutationObserver(() => look() && observer.disconnect())
        observer.observe(document, { subtree: true, childList: true, characterData: true })
      }
    })`)
    if (typeof at === 'number') return at
    // No window yet, or the page went on to its address meanwhile.
    await setTimeout(5)
  }
}
