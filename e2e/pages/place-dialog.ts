import { expect, type Locator, type Page } from '@playwright/test'

/** The dialog in which another project or region of a cloud is chosen. */
export class PlaceDialog {
  readonly root: Locator
  readonly search: Locator
  readonly projects: Locator

  constructor(page: Page) {
    this.root = page.getByRole('dialog', { name: /^Project and region of / })
    this.search = this.root.getByPlaceholder('Find a project by name or id')
    this.projects = this.root.getByRole('option')
  }

  project(name: string): Locator {
    return this.projects.filter({ hasText: name })
  }

  async region(name: string): Promise<void> {
    await this.root.getByRole('combobox', { name: 'Region' }).click()
    await this.root.page().getByRole('option', { name }).click()
  }

  async switch(): Promise<void> {
    await this.root.getByRole('button', { name: 'Switch' }).click()
    await expect(this.root).toBeHidden()
  }

  async showBeside(): Promise<void> {
    await this.root.getByRole('button', { name: 'Show beside' }).click()
    await expect(this.root).toBeHidden()
  }
}
