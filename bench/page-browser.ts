import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { z } from 'zod'
import config from '../playwright.config.ts'

/** Milliseconds since the navigation began: the first message with images, the first row painted, the last rows known. */
const started = z.object({ dataAt: z.number(), rowsAt: z.number(), allAt: z.number() })
const scrolled = z.object({ fps: z.number(), longest: z.number() })

/** What the bench does in the page, as a person would, and how long each takes up to the paint, in milliseconds. */
export interface PageSide {
  browser: string
  load(count: number): Promise<z.infer<typeof started>>
  type(words: readonly string[]): Promise<number[]>
  filters(): Promise<number[]>
  sorts(heads: readonly string[]): Promise<number[]>
  scroll(what: 'grid' | 'queue', pixels: number): Promise<z.infer<typeof scrolled>>
  showCloud(name: string, count: number): Promise<number>
  transfers(rounds: number): Promise<number[]>
  close(): Promise<void>
}

const SCROLL_MS = 4000

export async function openPage(url: string): Promise<PageSide> {
  const browser = await chromium.launch(config.use?.launchOptions)
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  await page.addInitScript({ path: join(import.meta.dirname, 'in-page.js') })
  await page.goto(url)
  await page.getByRole('grid', { name: 'Images' }).waitFor()
  const search = page.getByRole('searchbox', { name: 'Search images' })

  return {
    browser: `Chromium ${browser.version()}`,
    load: async (count) => {
      await page.reload()
      await total(page, count)
      return started.parse(await page.evaluate('bench.start'))
    },
    type: async (words) => {
      const times: number[] = []
      for (const word of words) {
        await search.focus()
        for (const key of [...word, ...Array.from(word, () => 'Backspace')])
          times.push(await painted(page, 'input', () => page.keyboard.press(key === ' ' ? 'Space' : key)))
      }
      return times
    },
    filters: async () => {
      const times: number[] = []
      for (const name of [/^qcow2/, /^iso/, /^qcow2/, /^iso/]) {
        await page
          .getByRole('button', { name: /^Format/ })
          .first()
          .click()
        const item = page.getByRole('menuitemcheckbox', { name })
        await item.waitFor()
        times.push(await painted(page, 'click', () => item.click()))
        await page.keyboard.press('Escape')
        await item.waitFor({ state: 'detached' })
      }
      return times
    },
    sorts: async (heads) => {
      const times: number[] = []
      for (const name of heads) {
        const head = page.getByRole('columnheader', { name, exact: true }).getByRole('button')
        times.push(await painted(page, 'click', () => head.click()))
      }
      return times
    },
    scroll: async (what, pixels) =>
      scrolled.parse(await page.evaluate(`bench.scroll('${what === 'grid' ? '.image-table' : '.tlist'}', ${pixels}, ${SCROLL_MS})`)),
    showCloud: async (name, count) => {
      const entry = page.getByRole('navigation', { name: 'Clouds' }).getByRole('button', { name, exact: true })
      const time = await painted(page, 'click', () => entry.click())
      // The first time only.
      const signIn = page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true })
      if (await signIn.isVisible()) await signIn.click()
      await total(page, count)
      return time
    },
    transfers: async (rounds) => {
      const times: number[] = []
      for (let round = 0; round < rounds; round++) {
        await page.getByRole('navigation', { name: 'Clouds' }).getByRole('button', { name: 'This computer', exact: true }).click()
        times.push(
          await painted(page, 'click', () =>
            page
              .getByRole('button', { name: /^Transfers/ })
              .first()
              .click(),
          ),
        )
      }
      await page.locator('.tlist').waitFor()
      return times
    },
    close: () => browser.close(),
  }
}

/** Waits until the list is known to its end. */
async function total(page: Page, count: number): Promise<void> {
  // Community images of other projects are in no list: about one in five of the bench's.
  await page.evaluate(`bench.known(${Math.round(count * 0.7)})`)
}

/** From when the browser got the event to when the frame that it led to is painted. */
async function painted(page: Page, event: 'input' | 'click', act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(`bench.painted('${event}')`)
  await act()
  return z.number().parse(await page.evaluate('bench.last'))
}
