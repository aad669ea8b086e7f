import type { Locator, Page } from '@playwright/test'

/** What is known of the one selected image. */
export class Inspector {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('complementary', { name: 'Image' })
  }

  get download(): Locator {
    return this.root.getByRole('button', { name: 'Download…' })
  }

  /** The text without the spaces that group digests. */
  async text(): Promise<string> {
    return ((await this.root.textContent()) ?? '').replaceAll(/\s/g, '')
  }
}
