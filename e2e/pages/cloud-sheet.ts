import type { Locator, Page } from '@playwright/test'

/** The sheet in which a cloud is added or edited. */
export class CloudSheet {
  readonly root: Locator
  readonly test: Locator
  readonly save: Locator
  readonly text: Locator
  readonly resume: Locator
  readonly understood: Locator
  readonly outcome: Locator
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
    this.root = page.getByRole('dialog', { name: /^(Add a cloud|Add a copy|Edit the cloud)$/ })
    this.test = this.root.getByRole('button', { name: 'Test connection' })
    this.save = this.root.getByRole('button', { name: /^(Add|Save) and sign in$/ })
    this.text = this.root.getByRole('textbox', { name: /An openrc, a clouds\.yaml/ })
    this.resume = this.root.getByRole('button', { name: 'Continue' })
    this.understood = this.root.getByRole('region', { name: 'What was understood' })
    this.outcome = this.root.getByRole('region', { name: 'Outcome of the test' })
  }

  /** Opens it from the sidebar. */
  async open(): Promise<void> {
    await this.#page.getByRole('navigation', { name: 'Clouds' }).getByRole('button', { name: 'Add a cloud…' }).click()
    await this.root.waitFor()
  }

  field(label: string): Locator {
    return this.root.getByLabel(label, { exact: true })
  }

  /** Chooses one of a list by the list's name. */
  async choose(list: string, choice: string): Promise<void> {
    await this.root.getByRole('combobox', { name: list, exact: true }).click()
    await this.#page.getByRole('option', { name: choice, exact: true }).click()
  }

  async way(name: 'By form' | 'From an openrc or clouds.yaml'): Promise<void> {
    await this.root.getByRole('radio', { name }).click()
  }
}
