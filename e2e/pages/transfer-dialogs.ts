import type { Locator, Page } from '@playwright/test'
import type { SystemDialogs } from './app-page.ts'

/** In which folder a download goes: a dialog of the page in the web host, the system's own on a desktop. */
export class DownloadDialog {
  readonly root: Locator
  readonly #system: SystemDialogs | null

  constructor(page: Page, system: SystemDialogs | null) {
    this.#system = system
    this.root = page.getByRole('dialog', { name: /^Download / })
  }

  get folder(): Locator {
    return this.root.getByRole('textbox', { name: 'Folder' })
  }

  get start(): Locator {
    return this.root.getByRole('button', { name: 'Download', exact: true })
  }

  async to(folder: string): Promise<void> {
    if (this.#system !== null) return await this.#system.choose(folder)
    await this.folder.fill(folder)
    await this.start.click()
    await this.root.waitFor({ state: 'detached' })
  }
}

/** A transfer that needs a person: what happened, both digests where they differ, and what may be done. */
export class TransferDialog {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('dialog', { name: /is not what|not uploaded|not downloaded/ })
  }

  button(name: string): Locator {
    return this.root.getByRole('button', { name, exact: true })
  }

  /** The text without the spaces that group digests. */
  async text(): Promise<string> {
    return ((await this.root.textContent()) ?? '').replaceAll(/\s/g, '')
  }
}
