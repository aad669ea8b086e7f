import type { Delta } from '../../shared/protocol.ts'
import type { Bridge } from '../bridge/bridge.ts'
import { applyDelta, applyImages, applySnapshot } from './apply-delta.ts'
import { useData } from './data.ts'

/** How far the images of a watched cloud are known. `seq` null = the answer is under way; deltas wait for it. */
interface Watch {
  seq: number | null
  early: Delta[]
}

/**
 * Keeps the data store true to the core: subscribes first, then asks for the snapshot, and drops what the snapshot already contains; the same
 * again for each watched cloud's images, and again after every reconnect.
 */
export class Feed {
  readonly #bridge: Bridge
  readonly #watches = new Map<string, Watch>()
  #early: Delta[] | null = []
  #hidden = false

  constructor(bridge: Bridge) {
    this.#bridge = bridge
    bridge.onDelta((delta) => this.#take(delta))
    bridge.onConnection((connection) => {
      useData.setState({ connection })
      if (connection === 'connected') void this.#sync()
    })
  }

  /** Makes this the cloud whose images are kept live; others are let go. */
  watch(cloudId: string): void {
    for (const other of this.#watches.keys()) {
      if (other === cloudId) continue
      this.#watches.delete(other)
      // What is paused counts as let go already.
      if (!this.#hidden) this.#bridge.call('images.unwatch', { cloudId: other }).catch(() => {})
    }
    if (!this.#watches.has(cloudId)) void this.#startWatch(cloudId)
  }

  /** A page that nobody sees has nobody asked: the rows stay, and what became of them is asked when it is seen again. */
  setHidden(hidden: boolean): void {
    if (hidden === this.#hidden) return
    this.#hidden = hidden
    for (const [cloudId, { seq }] of this.#watches) if (seq !== null) this.#pause(cloudId, hidden)
  }

  #pause(cloudId: string, hidden: boolean): void {
    this.#bridge.call(hidden ? 'images.pause' : 'images.resume', { cloudId }).catch(() => {})
  }

  async #sync(): Promise<void> {
    this.#early = []
    try {
      const snapshot = await this.#bridge.call('app.snapshot', {})
      useData.setState((data) => ({ ...applySnapshot(data, snapshot), ready: true }))
    } catch {
      // The connection went again; its return starts this anew.
      return
    }
    const early = this.#early
    this.#early = null
    for (const delta of early) this.#take(delta)
    for (const cloudId of [...this.#watches.keys()]) void this.#startWatch(cloudId)
  }

  async #startWatch(cloudId: string): Promise<void> {
    const watch: Watch = { seq: null, early: [] }
    this.#watches.set(cloudId, watch)
    try {
      const { seq, images, state } = await this.#bridge.call('images.watch', { cloudId })
      if (this.#watches.get(cloudId) !== watch) return
      const known = new Map(images.map((image) => [image.id, image]))
      useData.setState((data) => ({ images: { ...data.images, [cloudId]: { images: known, state } } }))
      watch.seq = seq
      if (this.#hidden) this.#pause(cloudId, true)
      for (const delta of watch.early) this.#takeImages(delta)
      watch.early = []
    } catch {
      if (this.#watches.get(cloudId) === watch) this.#watches.delete(cloudId)
    }
  }

  #take(delta: Delta): void {
    if (this.#early !== null) {
      this.#early.push(delta)
      return
    }
    useData.setState((data) => applyDelta(data, delta))
    this.#takeImages(delta)
  }

  #takeImages(delta: Delta): void {
    for (const change of delta.images ?? []) {
      const watch = this.#watches.get(change.cloudId)
      if (watch === undefined) continue
      if (watch.seq === null) {
        watch.early.push({ seq: delta.seq, images: [change] })
      } else if (delta.seq > watch.seq) {
        useData.setState((data) => ({ images: { ...data.images, [change.cloudId]: applyImages(data.images[change.cloudId], change) } }))
      }
    }
  }
}
