import type { Locator, Page } from '@playwright/test'

/** The transfers, in the tray under the table and on their own page alike. */
export class Transfers {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('region', { name: 'Transfers' })
  }

  /** The transfer of that image; where there are several, the one that moves data in `direction`. */
  row(imageName: string, direction?: 'Upload' | 'Download' | 'Import' | 'Copy'): TransferRow {
    const rows = this.root.getByRole('listitem', { name: imageName, exact: true })
    return new TransferRow(direction === undefined ? rows : rows.filter({ has: rows.page().getByText(direction, { exact: true }) }))
  }

  get rows(): Locator {
    return this.root.getByRole('listitem')
  }
}

export class TransferRow {
  readonly root: Locator

  constructor(root: Locator) {
    this.root = root
  }

  get progress(): Locator {
    return this.root.getByRole('progressbar')
  }

  button(name: string | RegExp): Locator {
    return this.root.getByRole('button', { name })
  }

  /** On the transfers' own page: shows phases, log and digests. */
  async unfold(): Promise<void> {
    await this.button('Unfold').click()
  }

  /** The text without the spaces that group digests. */
  async text(): Promise<string> {
    return ((await this.root.textContent()) ?? '').replaceAll(/\s/g, '')
  }
}
