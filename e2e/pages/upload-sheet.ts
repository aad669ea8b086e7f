import type { Locator, Page } from '@playwright/test'

export type SheetField = 'Image name' | 'Disk format' | 'Container format' | 'Visibility' | 'Target store'

/** The sheet in which a person looks at files before they go up. */
export class UploadSheet {
  readonly #page: Page
  readonly root: Locator

  constructor(page: Page) {
    this.#page = page
    this.root = page.getByRole('dialog', { name: /^Upload / })
  }

  file(name: string): SheetFile {
    return new SheetFile(this.#page, this.root.getByRole('group', { name, exact: true }))
  }

  get files(): Locator {
    return this.root.getByRole('group')
  }

  get start(): Locator {
    return this.root.getByRole('button', { name: /^Upload \d+ files?$|^Upload no files$|^Starting/ })
  }

  get addFiles(): Locator {
    return this.root.getByRole('button', { name: 'Add files…' })
  }

  async upload(): Promise<void> {
    await this.start.click()
    await this.root.waitFor({ state: 'detached' })
  }

  async cancel(): Promise<void> {
    await this.root.getByRole('button', { name: 'Cancel' }).click()
  }

  async setVisibilityOfAll(visibility: string): Promise<void> {
    await choose(this.#page, this.root.getByRole('combobox', { name: 'Visibility of all' }), visibility)
  }

  /** The cloud that the files go to. */
  async target(cloud: string): Promise<void> {
    await choose(this.#page, this.root.getByRole('combobox', { name: 'Target cloud' }), cloud)
  }
}

/** One file in the sheet, with its fields and what is to be said about it. */
export class SheetFile {
  readonly #page: Page
  readonly root: Locator

  constructor(page: Page, root: Locator) {
    this.#page = page
    this.root = root
  }

  field(name: SheetField): Locator {
    return this.root.getByRole(name === 'Image name' ? 'textbox' : 'combobox', { name, exact: true })
  }

  get findings(): Locator {
    return this.root.getByRole('alert')
  }

  async choose(field: Exclude<SheetField, 'Image name'>, option: string): Promise<void> {
    await choose(this.#page, this.field(field), option)
  }

  async takeOut(): Promise<void> {
    await this.root.getByRole('button', { name: 'Take out of this upload' }).click()
  }
}

async function choose(page: Page, field: Locator, option: string): Promise<void> {
  await field.click()
  await page.getByRole('option', { name: new RegExp(`^${option}( |$)`) }).click()
  await page.getByRole('option').first().waitFor({ state: 'detached' })
}
