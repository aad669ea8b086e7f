import type { Locator, Page } from '@playwright/test'

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

  async select(name: string): Promise<void> {
    await this.row(name).click()
  }

  async chooseOnHost(): Promise<void> {
    await this.#page.getByRole('button', { name: 'More ways to upload' }).click()
    await this.#page.getByRole('menuitem', { name: 'Choose on the machine where Glancer runs…' }).click()
  }
}
