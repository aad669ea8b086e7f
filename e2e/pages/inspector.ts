import type { Locator, Page } from '@playwright/test'

/** What is known of the one selected image. */
export class Inspector {
  readonly root: Locator

  constructor(page: Page) {
    this.root = page.getByRole('complementary', { name: 'Image' })
  }

  get download(): Locator {
    return this.root.getByRole('button', { name: 'Download…' })
  }

  get edit(): Locator {
    return this.root.getByRole('button', { name: 'Edit…' })
  }

  async open(tab: 'Overview' | 'Properties' | 'Sharing' | 'Data' | 'JSON'): Promise<void> {
    await this.root.getByRole('tab', { name: tab }).click()
  }

  /** Chooses in the menu of all actions. */
  async act(action: string | RegExp): Promise<void> {
    await this.root.getByRole('button', { name: 'More actions' }).click()
    await this.root.page().getByRole('menuitem', { name: action }).click()
  }

  /** The text without the spaces that group digests. */
  async text(): Promise<string> {
    return ((await this.root.textContent()) ?? '').replaceAll(/\s/g, '')
  }
}
