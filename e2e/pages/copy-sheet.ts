import type { Locator, Page } from '@playwright/test'

/** The sheet that copies images to another cloud. */
export class CopySheet {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('dialog', { name: /^Copy \d+ images?$/ })
  }

  get target(): Locator {
    return this.root.getByRole('combobox', { name: 'Target cloud' })
  }

  /** One image, by the name that it has where it comes from. */
  image(name: string): Locator {
    return this.root.getByRole('group', { name, exact: true })
  }

  nameOf(name: string): Locator {
    return this.root.getByRole('textbox', { name: `Name of ${name} there` })
  }

  async copy(): Promise<void> {
    await this.root.getByRole('button', { name: /^Copy \d+ images?$/ }).click()
  }
}
