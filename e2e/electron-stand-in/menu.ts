import type * as Electron from 'electron'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { record } from './state.ts'
import { notHere, strictClass } from './strict.ts'

type Template = (Electron.MenuItemConstructorOptions | MenuItem)[]
type Role = NonNullable<Electron.MenuItemConstructorOptions['role']>

/** The menus that a role stands for; what the system does itself (copying, services, windows of macOS) is left out. */
const wholeMenus: Partial<Record<Role, { label: string; items: Role[] }>> = {
  appMenu: { label: 'Glancer', items: ['about', 'hide', 'quit'] },
  editMenu: { label: 'Edit', items: ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'] },
  windowMenu: { label: 'Window', items: ['minimize', 'close'] },
}
const labels: Partial<Record<Role, [label: string, accelerator?: string]>> = {
  quit: ['Quit', 'CommandOrControl+Q'],
  close: ['Close Window', 'CommandOrControl+W'],
  minimize: ['Minimize', 'CommandOrControl+M'],
  reload: ['Reload', 'CmdOrCtrl+R'],
  toggleDevTools: ['Toggle Developer Tools', 'Ctrl+Shift+I'],
  resetZoom: ['Actual Size', 'CommandOrControl+0'],
  zoomIn: ['Zoom In', 'CommandOrControl+Plus'],
  zoomOut: ['Zoom Out', 'CommandOrControl+-'],
  togglefullscreen: ['Toggle Full Screen', 'F11'],
}

/** What a role does to the window in front. */
function act(role: Role): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  const contents = window?.webContents
  if (role === 'quit') app.quit()
  else if (role === 'close') window?.close()
  else if (role === 'minimize') window?.minimize()
  else if (role === 'reload') contents?.reload()
  else if (role === 'resetZoom') contents?.setZoomLevel(0)
  else if (role === 'zoomIn') contents?.setZoomLevel(contents.getZoomLevel() + 0.5)
  else if (role === 'zoomOut') contents?.setZoomLevel(contents.getZoomLevel() - 0.5)
  else record(`menu role ${role}`)
}

export class MenuItem implements Pick<Electron.MenuItem, 'label' | 'enabled' | 'type'> {
  readonly label: string
  readonly accelerator: string | undefined
  readonly enabled: boolean
  readonly type: NonNullable<Electron.MenuItemConstructorOptions['type']>
  readonly role: Role | undefined
  readonly submenu: Menu | undefined
  readonly id: string | undefined
  readonly #options: Electron.MenuItemConstructorOptions

  constructor(options: Electron.MenuItemConstructorOptions) {
    const whole = options.role && wholeMenus[options.role]
    const [label, accelerator] = (options.role && labels[options.role]) ?? []
    this.#options = options
    this.role = options.role
    this.id = options.id
    this.label = options.label ?? whole?.label ?? label ?? options.role ?? ''
    this.accelerator = options.accelerator ?? accelerator
    this.enabled = options.enabled ?? true
    const inside = whole ? whole.items.map((role) => ({ role })) : options.submenu
    this.submenu = inside === undefined ? undefined : inside instanceof Menu ? inside : Menu.buildFromTemplate(inside as Template)
    this.type = options.type ?? (this.submenu ? 'submenu' : 'normal')
  }

  /** As the person chooses it. */
  click(): void {
    if (!this.enabled) return
    const window = BrowserWindow.getFocusedWindow() as unknown as Electron.BrowserWindow
    if (this.role !== undefined) act(this.role)
    else this.#options.click?.(this as unknown as Electron.MenuItem, window, {} as Electron.KeyboardEvent)
  }
}
strictClass('MenuItem', MenuItem)

export class Menu {
  static #application: Menu | null = null
  readonly items: MenuItem[]

  private constructor(items: MenuItem[]) {
    this.items = items
  }

  static buildFromTemplate(template: Template): Menu {
    return new Menu(template.map((entry) => (entry instanceof MenuItem ? entry : new MenuItem(entry))))
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application
  }

  /** Every item, also those of menus inside. */
  all(): MenuItem[] {
    return this.items.flatMap((item) => [item, ...(item.submenu?.all() ?? [])])
  }
}
strictClass('Menu', Menu)

/** For tests: the person presses keys that belong to the menu, written as Electron writes them: `Control+Q`. */
export function pressAccelerator(keys: string): void {
  const plain = (text: string): string => text.toLowerCase().replace(/commandorcontrol|cmdorctrl|ctrl/, 'control')
  const found = Menu.getApplicationMenu()
    ?.all()
    .find(({ accelerator }) => accelerator !== undefined && plain(accelerator) === plain(keys))
  if (found === undefined) notHere(`menu item for ${keys}`)
  found.click()
}
