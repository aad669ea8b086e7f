import type { Image, ImageListState } from '../../shared/domain.ts'
import { toErrorShape } from '../../shared/errors.ts'
import type { ImageClient } from './client.ts'

/** Keeps the rows of one cloud current. */
export interface ImageWatcher {
  images(): Image[]
  image(imageId: string): Image | null
  state(): ImageListState
  /** Looks soon; with an id, at that image at once. */
  nudge(imageId?: string): void
  pause(): void
  resume(): void
  stop(): void
}

export interface WatcherOptions {
  client: Pick<ImageClient, 'list' | 'get'>
  /** Something of ours moves in this cloud: look often. */
  isBusy(): boolean
  /** What differs from before, after each look, also when nothing does (the state may). */
  changed(upserts: Image[], removed: string[], state: ImageListState): void
  timers?: { now(): number; set(work: () => void, ms: number): () => void; random(): number }
}

const BUSY_MS = 1_000
const CALM_MS = 15_000
const SOON_MS = 100
const LONGEST_BACKOFF_MS = 120_000
/** Statuses that pass: whoever sees one wants to see what comes of it. */
const passing: ReadonlySet<string> = new Set(['saving', 'uploading', 'importing', 'pending_delete'])

const systemTimers = {
  now: Date.now,
  random: Math.random,
  set: (work: () => void, ms: number): (() => void) => {
    const timer = setTimeout(work, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/**
 * Polls, since Glance tells nobody of a change: every second while something moves, every fifteen otherwise, slower and slower while it fails, not
 * at all while nobody watches. Requests never overlap. Rows known from before stay known when the cloud does not answer.
 */
export function createImageWatcher({ client, isBusy, changed, timers = systemTimers }: WatcherOptions): ImageWatcher {
  const rows = new Map<string, { image: Image; text: string }>()
  let state: ImageListState = { loading: true, loadedAt: null, error: null }
  let cancelTimer: (() => void) | null = null
  let abort = new AbortController()
  let looking = false
  let lookAgain = false
  let watching = false
  let stopped = false
  let failures = 0

  const take = (image: Image): boolean => {
    const text = JSON.stringify(image)
    if (rows.get(image.id)?.text === text) return false
    rows.set(image.id, { image, text })
    return true
  }

  const look = async (): Promise<void> => {
    if (looking || stopped) {
      lookAgain = true
      return
    }
    looking = true
    cancelTimer?.()
    cancelTimer = null
    const seen = new Set<string>()
    const first = state.loadedAt === null
    try {
      let upserts: Image[] = []
      for await (const page of client.list(abort.signal)) {
        for (const image of page) {
          seen.add(image.id)
          if (take(image)) upserts.push(image)
        }
        // The first rows are shown as they come.
        if (first && upserts.length > 0 && !stopped) {
          changed(upserts, [], state)
          upserts = []
        }
      }
      const removed = [...rows.keys()].filter((id) => !seen.has(id))
      for (const id of removed) rows.delete(id)
      failures = 0
      state = { loading: false, loadedAt: timers.now(), error: null }
      if (!stopped) changed(upserts, removed, state)
    } catch (error) {
      if (!stopped && !abort.signal.aborted) {
        failures++
        state = { ...state, loading: false, error: toErrorShape(error) }
        changed([], [], state)
      }
    }
    looking = false
    if (lookAgain) {
      lookAgain = false
      schedule(SOON_MS)
    } else schedule(pause())
  }

  const pause = (): number => {
    if (failures > 0) return Math.min(LONGEST_BACKOFF_MS, 2_000 * 2 ** Math.min(failures - 1, 10)) * (0.75 + timers.random() / 2)
    return isBusy() || [...rows.values()].some(({ image }) => passing.has(image.status)) ? BUSY_MS : CALM_MS
  }

  const schedule = (ms: number): void => {
    cancelTimer?.()
    cancelTimer = null
    if (stopped || (!watching && !isBusy())) return
    cancelTimer = timers.set(() => void look(), ms)
  }

  /** One image, without the whole list: what just moved shows at once. */
  const lookAt = async (imageId: string): Promise<void> => {
    try {
      const image = await client.get(imageId, abort.signal)
      if (!stopped && take(image)) changed([image], [], state)
    } catch {
      // Gone, or unreachable: the next look at the whole list says which.
      schedule(SOON_MS)
    }
  }

  return {
    images: () => [...rows.values()].map(({ image }) => image),
    image: (imageId) => rows.get(imageId)?.image ?? null,
    state: () => state,
    nudge(imageId) {
      if (stopped) return
      if (imageId === undefined) {
        failures = 0
        void look()
      } else {
        void lookAt(imageId)
        if (!looking) schedule(BUSY_MS)
      }
    },
    pause() {
      watching = false
      if (!looking) schedule(CALM_MS)
    },
    resume() {
      if (watching || stopped) return
      watching = true
      void look()
    },
    stop() {
      stopped = true
      cancelTimer?.()
      abort.abort()
      abort = new AbortController()
    },
  }
}
