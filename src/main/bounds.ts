import { readFileSync, writeFileSync } from 'node:fs'
import { type BrowserWindow, type Rectangle, screen } from 'electron'
import { z } from 'zod'

const side = z.number().int()
const boundsSchema = z.object({ x: side, y: side, width: side.min(200), height: side.min(200), maximized: z.boolean() })
export type Bounds = z.infer<typeof boundsSchema>

/** Where the window was when it was last closed; null on the first run, or where that place is on no screen any more. */
export function readBounds(file: string): Bounds | null {
  try {
    const bounds = boundsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return overlaps(bounds, screen.getDisplayMatching(bounds).workArea) ? bounds : null
  } catch {
    return null
  }
}

/** Remembers where the window is. Comfort, not data: a disk that refuses does not keep the window from closing. */
export function writeBounds(file: string, window: Pick<BrowserWindow, 'getNormalBounds' | 'isMaximized'>): void {
  try {
    writeFileSync(file, JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() } satisfies Bounds))
  } catch {
    // The next window opens in the default place.
  }
}

/** At least a hand's breadth of the title bar has to be in reach. */
function overlaps(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  return width >= 100 && window.y >= area.y && window.y + 40 <= area.y + area.height
}
