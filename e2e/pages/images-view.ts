import { expect, type Locator, type Page } from '@playwright/test'

/** The table of images with its tools. */
export class ImagesView {
  readonly #page: Page
  readonly grid: Locator

  constructor(page: Page) {
    this.#page = page
    this.grid = page.getByRole('grid', { name: 'Images' })
  }

  get upload(): Locator {
    return this.#page.getByRole('main').getByRole('button', { name: 'Upload…', exact: true }).first()
  }

  get search(): Locator {
    return this.#page.getByRole('searchbox', { name: 'Search images' })
  }

  /** The row of an image, by its name. */
  row(name: string): Locator {
    return this.grid.getByRole('row', { name, exact: true })
  }

  /** The cell with the image's status, in Glance's own word. */
  status(name: string): Locator {
    return this.row(name).getByRole('gridcell').nth(2)
  }

  /** The head of a column. */
  head(name: string): Locator {
    return this.grid.getByRole('columnheader', { name, exact: true })
  }

  /** The heads stand so, without that of the checkboxes. */
  async expectHeads(...names: string[]): Promise<void> {
    await expect(this.grid.getByRole('columnheader')).toHaveText(['Selected', ...names])
  }

  get columns(): Locator {
    return this.#page.getByRole('button', { name: 'Columns', exact: true })
  }

  /** Ticks or unticks a column in the chooser, which is open. */
  async showColumn(name: string): Promise<void> {
    await this.#page.getByRole('dialog', { name: 'Columns' }).getByRole('checkbox', { name, exact: true }).click()
  }

  /** The chip of a filter, set or not. */
  filter(name: string): Locator {
    return this.#page.locator('.chip').filter({ hasText: new RegExp(`^${name}`) })
  }

  get moreFilters(): Locator {
    return this.#page.getByRole('button', { name: 'Filter', exact: true })
  }

  /** The button with the name of the view that is shown. */
  get views(): Locator {
    return this.#page.getByRole('button', { name: /^View: / })
  }

  /** What is said of how many rows there are. */
  get count(): Locator {
    return this.#page.locator('.filters .count')
  }

  async select(name: string): Promise<void> {
    await this.row(name).click()
  }

  async chooseOnHost(): Promise<void> {
    await this.#page.getByRole('button', { name: 'More ways to upload' }).click()
    await this.#page.getByRole('menuitem', { name: 'Choose on the machine where Glancer runs…' }).click()
  }
}
