import type * as Electron from 'electron'
import type { CdpSession } from './cdp.ts'
import { state } from './state.ts'
import { strictClass } from './strict.ts'

/** A frame as the receiver of a message sees it: whose origin is the one that Chromium has for it. */
export class WebFrameMain implements Pick<Electron.WebFrameMain, 'url' | 'origin'> {
  readonly id: string
  readonly parent: WebFrameMain | null
  url: string
  origin: string

  constructor(id: string, parent: WebFrameMain | null, url: string, origin: string) {
    this.id = id
    this.parent = parent
    this.url = url
    this.origin = origin
  }
}
strictClass('WebFrameMain', WebFrameMain)

interface World {
  frameId: string
  name: string
  origin: string
}

/** The frames of one page and the worlds of scripts in them, as Chromium tells of them. */
export class Frames {
  readonly #frames = new Map<string, WebFrameMain>()
  readonly #worlds = new Map<number, World>()
  #mainId = ''

  /** Begins to follow a page. */
  async follow(session: CdpSession): Promise<void> {
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) => void this.#put(frameId, parentFrameId, 'about:blank', 'null'))
    session.on('Page.frameNavigated', ({ frame }) => {
      this.#put(frame.id, frame.parentId, frame.url + (frame.urlFragment ?? ''), frame.securityOrigin)
    })
    session.on('Page.frameDetached', ({ frameId }) => void this.#frames.delete(frameId))
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = context.auxData as { frameId: string }
      this.#worlds.set(context.id, { frameId, name: context.name, origin: context.origin })
    })
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => void this.#worlds.delete(executionContextId))
    session.on('Runtime.executionContextsCleared', () => this.#worlds.clear())
    const { frameTree } = await session.send('Page.getFrameTree')
    this.#mainId = frameTree.frame.id
    this.#put(frameTree.frame.id, undefined, frameTree.frame.url, frameTree.frame.securityOrigin)
  }

  get main(): WebFrameMain {
    return this.#frames.get(this.#mainId) ?? new WebFrameMain('', null, '', 'null')
  }

  /** The frame that this world of scripts belongs to, or null if it is gone meanwhile. */
  ofWorld(id: number): WebFrameMain | null {
    const world = this.#worlds.get(id)
    return world === undefined ? null : (this.#frames.get(world.frameId) ?? null)
  }

  byId(id: string): WebFrameMain | null {
    return this.#frames.get(id) ?? null
  }

  /** A frame inside the page, by what it shows. */
  find(url: string): WebFrameMain | null {
    for (const frame of this.#frames.values()) if (frame.parent !== null && frame.url === url) return frame
    return null
  }

  /** The main frame's world of that name; the page's own is ''. */
  worldOfMain(name: string): number | null {
    for (const [id, world] of this.#worlds) if (world.frameId === this.#mainId && world.name === name) return id
    return null
  }

  #put(id: string, parentId: string | undefined, url: string, origin: string): void {
    const outside = { url: state.addresses.outside(url), origin: state.addresses.outside(origin.replace(/^:\/\/$/, 'null')) }
    const known = this.#frames.get(id)
    // One object a frame, however often it goes elsewhere: senders are compared by identity.
    if (known) Object.assign(known, outside)
    else this.#frames.set(id, new WebFrameMain(id, parentId === undefined ? null : this.byId(parentId), outside.url, outside.origin))
  }
}
