import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'

export const galleryFolder = fileURLToPath(new URL('../../gallery/', import.meta.url))

export const widths = [1600, 1000] as const
export const themes = ['light', 'dark'] as const

/** The file of one picture; the index page reads the screen, width and theme back from it. */
export function pictureName(screen: string, width: number, theme: string): string {
  return `${screen.replaceAll(' ', '-')}_${width}_${theme}.png`
}

/** Takes one state of the page in both themes and at both widths. Things that move stand still where the test holds them. */
export async function picture(page: Page, screen: string): Promise<void> {
  await mkdir(galleryFolder, { recursive: true })
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 1600 ? 1000 : 720 })
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: galleryFolder + pictureName(screen, width, colorScheme), animations: 'disabled', caret: 'hide' })
    }
  }
  await page.emulateMedia({ colorScheme: null })
  await page.setViewportSize({ width: 1440, height: 900 })
}
