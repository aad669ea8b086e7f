import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'
import { CloudSheet } from './cloud-sheet.ts'
import { EditSheet } from './edit-sheet.ts'
import { FirstStart } from './first-start.ts'
import { HostChooser } from './host-chooser.ts'
import { ImagesView } from './images-view.ts'
import { Inspector } from './inspector.ts'
import { Sidebar } from './sidebar.ts'
import { DownloadDialog, TransferDialog } from './transfer-dialogs.ts'
import { Transfers } from './transfers.ts'
import { UploadSheet } from './upload-sheet.ts'

/** Who answers the system's own file dialogs, where the app has them. */
export interface SystemDialogs {
  choose(...paths: string[]): Promise<void>
  /** What is in the file that the page saved last. */
  saved(): Promise<string>
}

/** Glancer's page, by the roles and names that a person (or a screen reader) knows it by. */
export class AppPage {
  readonly page: Page
  readonly sidebar: Sidebar
  readonly firstStart: FirstStart
  readonly images: ImagesView
  readonly inspector: Inspector
  readonly edit: EditSheet
  readonly cloudSheet: CloudSheet
  readonly sheet: UploadSheet
  readonly chooser: HostChooser
  readonly download: DownloadDialog
  readonly outcome: TransferDialog
  readonly transfers: Transfers

  readonly #dialogs: SystemDialogs | null

  /** @param dialogs on a desktop; in a browser the page has its own ways to files */
  constructor(page: Page, dialogs: SystemDialogs | null = null) {
    this.page = page
    this.#dialogs = dialogs
    this.sidebar = new Sidebar(page)
    this.firstStart = new FirstStart(page)
    this.images = new ImagesView(page)
    this.inspector = new Inspector(page)
    this.edit = new EditSheet(page)
    this.cloudSheet = new CloudSheet(page)
    this.sheet = new UploadSheet(page)
    this.chooser = new HostChooser(page)
    this.download = new DownloadDialog(page, dialogs)
    this.outcome = new TransferDialog(page)
    this.transfers = new Transfers(page)
  }

  /** Opens the address that a host printed, and waits until its clouds are shown. */
  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await this.sidebar.cloud('This computer').waitFor()
  }

  /** Signs in to a cloud that fetches images by itself, and waits until it is known that it does: a little later than the sign-in. */
  async signInTo(cloud: string): Promise<void> {
    await this.sidebar.cloud(cloud).click()
    await this.page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(this.images.upload).toBeVisible()
    await this.page.getByRole('button', { name: 'More ways to upload' }).click()
    await expect(this.page.getByRole('menuitem', { name: 'Import from URL…' })).toBeVisible()
    await this.page.keyboard.press('Escape')
    await expect(this.page.getByRole('menu')).toHaveCount(0)
  }

  /** Drops files and folders of the disk on the window, as a hand does it. */
  async drop(...paths: string[]): Promise<void> {
    await this.#drag('dragEnter', paths)
    // What the page answered to the first hover counts for the drop: wait until it has seen it.
    await this.#drag('dragOver', paths)
    await this.page.locator('.drop-all').waitFor()
    await this.#drag('dragOver', paths)
    await this.#drag('drop', paths)
  }

  /** Holds files over the window without letting go; `letGo` ends it. */
  async dragOver(...paths: string[]): Promise<void> {
    await this.#drag('dragEnter', paths)
    await this.#drag('dragOver', paths)
  }

  /** Lets go of what is held over the window, where it is. */
  async letGo(...paths: string[]): Promise<void> {
    await this.#drag('drop', paths)
  }

  async #drag(type: 'dragEnter' | 'dragOver' | 'drop', files: string[]): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data: { items: [], files, dragOperationsMask: 1 } })
    await session.detach()
  }

  /** Chooses files in the picker that `press` opens: the browser's own, or the system's dialog. */
  async pick(press: () => Promise<void>, ...paths: string[]): Promise<void> {
    if (this.#dialogs !== null) {
      await press()
      return await this.#dialogs.choose(...paths)
    }
    const opened = this.page.waitForEvent('filechooser')
    await press()
    await (await opened).setFiles(paths)
  }

  /** Gives the app files of the machine that it runs on, by their place there: in the web host's chooser, or dropped on the desktop app. */
  async addByPath(folder: string, ...names: string[]): Promise<void> {
    if (this.#dialogs !== null) return await this.drop(...names.map((name) => join(folder, name)))
    await this.firstStart.chooseOnHost.click()
    await this.chooser.take(folder, ...names)
  }

  /** Chooses a file of the machine that Glancer runs on, in whatever `press` opens: the web host's chooser, or the system's dialog. */
  async chooseHere(press: () => Promise<void>, folder: string, name: string): Promise<void> {
    await press()
    if (this.#dialogs !== null) return await this.#dialogs.choose(join(folder, name))
    await this.chooser.go(folder)
    await this.chooser.entry(name).dblclick()
  }

  /** Presses what saves a file by the browser's own means. @returns what is in it */
  async saved(press: () => Promise<void>): Promise<string> {
    if (this.#dialogs !== null) {
      await press()
      return await this.#dialogs.saved()
    }
    const saving = this.page.waitForEvent('download')
    await press()
    return await readFile(await (await saving).path(), 'utf8')
  }

  /** What the person would paste now: the page itself may not read the clipboard. */
  async clipboard(): Promise<string> {
    await this.page.evaluate(
      "(document.querySelector('[role=dialog]') ?? document.body).append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))",
    )
    const field = this.page.locator('#pasted')
    await field.focus()
    await this.page.keyboard.press('ControlOrMeta+v')
    const text = await field.inputValue()
    await this.page.evaluate("document.querySelector('#pasted').remove()")
    return text
  }

  /** Uploads files with what the sheet proposes, and waits until each is verified. */
  async uploadVerified(...files: { path: string; name: string }[]): Promise<void> {
    await this.drop(...files.map((file) => file.path))
    for (const file of files) await expect(this.sheet.file(file.name).field('Image name')).toBeVisible()
    const names = await Promise.all(files.map((file) => this.sheet.file(file.name).field('Image name').inputValue()))
    await this.sheet.upload()
    for (const name of names) await expect(this.transfers.row(name).root).toContainText('Verified')
  }

  /** Has the page name the file with which terminals reach the built-in service, and closes that again. */
  async showTerminalHelp(): Promise<void> {
    await this.sidebar.root.getByRole('button', { name: 'More for This computer' }).click()
    await this.page.getByRole('menuitem', { name: 'Use it from a terminal…' }).click()
    await this.closeTerminalHelp()
  }

  async closeTerminalHelp(): Promise<void> {
    const help = this.dialog(/terminal/)
    await expect(help).toContainText('OS_CLIENT_CONFIG_FILE')
    await help.getByRole('button', { name: 'Close' }).click()
    await expect(help).toHaveCount(0)
  }

  /** Runs the first command that the palette finds for these words, by keyboard. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await expect(this.palette.getByRole('combobox')).toBeFocused()
    await this.page.keyboard.type(words)
    await expect(this.palette.getByRole('option', { selected: true })).toHaveCount(1)
    await this.page.keyboard.press('Enter')
  }

  /** Asks the cloud that is shown for its images at once. */
  async readAgain(cloud: string): Promise<void> {
    await this.sidebar.root.getByRole('button', { name: `More for ${cloud}` }).click()
    await this.page.getByRole('menuitem', { name: 'Read the images again' }).click()
  }

  /** Presses Tab until that has the focus; fails when it is not among the first stops. */
  async tabTo(target: Locator): Promise<void> {
    await expect(target).toBeVisible()
    for (let stop = 0; stop < 50; stop++) {
      if ((await target.and(this.page.locator(':focus')).count()) > 0) return
      await this.page.keyboard.press('Tab')
    }
    await expect(target, 'reached with the Tab key').toBeFocused()
  }

  get palette(): Locator {
    return this.page.getByRole('dialog', { name: 'Find a command or image' })
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name })
  }
}
