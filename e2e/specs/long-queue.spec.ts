import { writeQueue } from '../fixtures/long-queue.ts'
import { expect, test } from '../fixtures/test.ts'

test('a queue of hundreds is there at once, and its end by scrolling and by keyboard', async ({ app: first, host, console, reopen }) => {
  console.expect(/ERR_CONNECTION_REFUSED|WebSocket connection|401 \(Unauthorized\)/)
  await expect(first.sidebar.root).toBeVisible()
  await host.close()
  writeQueue(host.dataDir, 450)
  await host.start()
  const { page } = await reopen()
  await page.keyboard.press('Control+t')
  const rows = page.getByRole('region', { name: 'Transfers' }).getByRole('listitem')
  await expect(rows.first()).toBeVisible()
  expect(await rows.count()).toBeLessThan(300)
  // The heads count all.
  await expect(page.getByRole('region', { name: 'Done' })).toContainText('360')

  await rows.first().focus()
  await page.keyboard.press('End')
  await expect(rows).toHaveCount(450)
  await expect(rows.last()).toBeFocused()
  await expect(rows.last()).toBeInViewport()
  await page.keyboard.press('Home')
  await expect(rows.first()).toBeFocused()

  // And by scrolling, from the beginning again.
  await page.keyboard.press('Control+1')
  await page.keyboard.press('Control+t')
  await expect.poll(() => rows.count()).toBeLessThan(300)
  await expect
    .poll(async () => {
      await rows.last().scrollIntoViewIfNeeded()
      return rows.count()
    })
    .toBe(450)
})
