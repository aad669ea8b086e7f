import type { Locator, Page } from '@playwright/test'

/** What a newcomer sees in place of the images. */
export class FirstStart {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('main').filter({ has: page.getByRole('heading', { name: 'Drop an image file here' }) })
  }

  get chooseFiles(): Locator {
    return this.root.getByRole('button', { name: 'Choose files…' })
  }

  get chooseOnHost(): Locator {
    return this.root.getByRole('button', { name: 'Choose on the machine where Glancer runs' })
  }
}
