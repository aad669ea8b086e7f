import { EventEmitter } from 'node:events'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type * as Electron from 'electron'
import type { Chromium } from './chromium.ts'
import { defaultSession } from './session.ts'
import { cancellable, record, state } from './state.ts'
import { strictClass } from './strict.ts'

/** A file that the page saves. Where nobody says to which place, Electron would ask the person; here nothing is kept then. */
class DownloadItem extends EventEmitter implements Pick<Electron.DownloadItem, 'getURL' | 'getFilename' | 'setSavePath' | 'getSavePath'> {
  readonly #url: string
  readonly #name: string
  #path = ''

  constructor(url: string, name: string) {
    super()
    this.#url = url
    this.#name = name
  }

  getURL = (): string => this.#url
  getFilename = (): string => this.#name
  getSavePath = (): string => this.#path
  setSavePath = (path: string): void => {
    this.#path = path
  }
}
strictClass('DownloadItem', DownloadItem)

/** Tells the app of every download of the browser's, before it has a byte, and ends those that it refuses. */
export async function followDownloads({ root }: Chromium, profile: string): Promise<void> {
  const downloadPath = join(profile, 'downloads')
  mkdirSync(downloadPath, { recursive: true })
  const items = new Map<string, DownloadItem>()
  root.on('Browser.downloadWillBegin', ({ guid, url, suggestedFilename }) => {
    const item = new DownloadItem(state.addresses.outside(url), suggestedFilename)
    const event = cancellable({})
    defaultSession.emit('will-download', event, item, {})
    record(event.defaultPrevented ? 'download refused' : 'download', item.getURL(), item.getFilename())
    if (event.defaultPrevented) root.send('Browser.cancelDownload', { guid }).catch(() => {})
    else items.set(guid, item)
  })
  root.on('Browser.downloadProgress', ({ guid, state: how, filePath }) => {
    const item = items.get(guid)
    if (how === 'inProgress' || item === undefined) return
    items.delete(guid)
    // Whoever drives the browser may have said another folder meanwhile.
    const file = filePath ?? join(downloadPath, guid)
    if (how === 'completed' && item.getSavePath() !== '') copyFileSync(file, item.getSavePath())
    rmSync(file, { force: true })
    item.emit('done', {}, how === 'completed' ? 'completed' : 'cancelled')
  })
  await root.send('Browser.setDownloadBehavior', { behavior: 'allowAndName', downloadPath, eventsEnabled: true })
}
