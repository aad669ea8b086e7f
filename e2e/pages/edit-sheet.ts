import type { Locator, Page } from '@playwright/test'

/** The sheet in which one image is edited, or a new record made. */
export class EditSheet {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('dialog', { name: /^(Edit|New record)$/ })
  }

  get name(): Locator {
    return this.field('Name')
  }

  field(label: string): Locator {
    return this.root.getByLabel(label, { exact: true })
  }

  /** The value of a property that the image has, or that was given that name. */
  property(key: string): Locator {
    return this.root.getByLabel(`Value of ${key}`, { exact: true })
  }

  async choose(label: string, choice: string): Promise<void> {
    await this.root.getByRole('combobox', { name: label }).click()
    await this.root.page().getByRole('option', { name: choice }).click()
  }

  async addProperty(key: string, value: string): Promise<void> {
    await this.root.getByRole('button', { name: 'Add property' }).click()
    const rows = this.root.getByLabel('Property name', { exact: true })
    await rows.last().fill(key)
    await this.property(key).last().fill(value)
  }

  async addTag(tag: string): Promise<void> {
    await this.field('Tags').fill(tag)
    await this.field('Tags').press('Enter')
  }

  get save(): Locator {
    return this.root.getByRole('button', { name: /^(Save|Saving|Create)/ })
  }

  button(name: string | RegExp): Locator {
    return this.root.getByRole('button', { name })
  }
}
