import type { Locator, Page } from '@playwright/test'

export class Sidebar {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('navigation', { name: 'Clouds' })
  }

  cloud(name: string): Locator {
    return this.root.getByRole('button', { name, exact: true })
  }

  get transfers(): Locator {
    return this.root.getByRole('button', { name: /^Transfers/ })
  }

  get settings(): Locator {
    return this.root.getByRole('button', { name: 'Settings' })
  }
}
