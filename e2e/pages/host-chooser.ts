import type { Locator, Page } from '@playwright/test'

/** Web host: files or a folder of the machine that Glancer runs on. */
export class HostChooser {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('dialog', { name: /^Choose (files|a folder)$/ })
  }

  get path(): Locator {
    return this.root.getByRole('textbox', { name: 'Folder' })
  }

  entry(name: string): Locator {
    return this.root.getByRole('option', { name, exact: true })
  }

  get status(): Locator {
    return this.root.getByRole('status')
  }

  get confirm(): Locator {
    return this.root.getByRole('button', { name: /^Choose/ })
  }

  async go(folder: string): Promise<void> {
    await this.path.fill(folder)
    await this.path.press('Enter')
  }

  /** Goes to a folder, ticks the files and takes them. */
  async take(folder: string, ...names: string[]): Promise<void> {
    await this.go(folder)
    for (const [index, name] of names.entries()) await this.entry(name).click({ modifiers: index === 0 ? [] : ['ControlOrMeta'] })
    await this.confirm.click()
  }
}
