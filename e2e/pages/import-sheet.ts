import type { Locator, Page } from '@playwright/test'

/** "Import from URL". */
export class ImportSheet {
  readonly #page: Page
  readonly root: Locator

  constructor(page: Page) {
    this.#page = page
    this.root = page.getByRole('dialog', { name: /^Import from/ })
  }

  get lines(): Locator {
    return this.root.getByRole('textbox', { name: 'Addresses, one a line' })
  }

  row(line: string): Locator {
    return this.root.getByRole('group', { name: line, exact: true })
  }

  /** Chooses in a list of the sheet, or of one of its rows. */
  async choose(label: string, option: string, within: Locator = this.root): Promise<void> {
    await within.getByRole('combobox', { name: label }).click()
    await this.#page.getByRole('option', { name: option }).click()
  }

  get start(): Locator {
    return this.root.getByRole('button', { name: /^Import/ })
  }
}
