import type { Image, ImageListState } from '../../shared/domain.ts'
import { GlancerError, toErrorShape } from '../../shared/errors.ts'
import { isPassing } from '../../shared/stuck.ts'
import type { ImageClient } from './client.ts'

/** A row, and its record as text, by which a change is told. */
export interface WatchedRow {
  image: Image
  text: string
}

/** Rows of an earlier run. `loadedAt`: when the cloud was looked at last. */
export interface EarlierRows {
  rows: readonly WatchedRow[]
  loadedAt: number
  more: boolean
}

/** Keeps the rows of one cloud current. */
export interface ImageWatcher {
  images(): Image[]
  /** Those rows with their texts, in the order in which they became known. */
  rows(): WatchedRow[]
  /** A row that the cloud has confirmed in this run. */
  image(imageId: string): Image | null
  /** Those of these rows that are an earlier run's, as they are shown now. */
  unconfirmed(imageIds: readonly string[]): Image[]
  /**
   * Asks the cloud for an image of which only an earlier run's row was shown, before something is done with it.
   * @throws GlancerError `conflict` where it is not what was shown (the row then is), `not-found` where it is gone
   */
  confirm(shown: Image): Promise<void>
  state(): ImageListState
  /** Looks soon; with an id, at that image at once. */
  nudge(imageId?: string): void
  /** Takes in what these questions find, one after the other, and says how many images that were. For lists that are not known to their end. */
  find(queries: readonly Record<string, string>[]): Promise<number>
  /** From now on the community images of others are read too, first of all at once. Rejects when they cannot be. */
  includeCommunity(): Promise<void>
  pause(): void
  resume(): void
  stop(): void
}

export interface WatcherOptions {
  client: Pick<ImageClient, 'list' | 'changedSince' | 'find' | 'get'>
  /** What is shown until the cloud has answered. */
  earlier?: EarlierRows | null
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
const LONGEST_PAUSE_MS = 300_000
/** However long a cloud asks to stay away, it is looked at again after this. */
const LONGEST_STAY_MS = 600_000
/** Of the time, so large a part at most is spent with asking a cloud for its whole list, and for what changed in it: 1 in 20, 1 in 4. */
const WHOLE_SHARE = 20
const CHANGES_SHARE = 4
/** Changes are asked for from so long before the newest one known: one that was under way then may have been written later. */
const OVERLAP_MS = 5_000

/** What tells a person which image it is, and whether something may be done with it. */
const told = ['name', 'status', 'owner', 'visibility', 'protected', 'hidden', 'checksum'] as const satisfies readonly (keyof Image)[]

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
 * at all while nobody watches. A list that takes long is read in whole more seldom, in proportion; in between the cloud is asked only for what
 * changed since. (That a row went is seen in the whole list alone.) Requests never overlap. Rows known from before stay known when the cloud does
 * not answer.
 */
export function createImageWatcher({ client, earlier = null, isBusy, changed, timers = systemTimers }: WatcherOptions): ImageWatcher {
  const rows = new Map<string, WatchedRow>(earlier?.rows.map((row) => [row.image.id, row]))
  /** Rows of an earlier run that were asked for one by one since. */
  const confirmed = new Set<string>()
  /** Rows that only the cloud's own filters found, of a list that is longer than what is read of it. */
  const foundOnly = new Set<string>()
  let state: ImageListState = {
    loading: true,
    loadedAt: earlier?.loadedAt ?? null,
    error: null,
    more: earlier?.more ?? false,
    remembered: earlier !== null,
  }
  let cancelTimer: (() => void) | null = null
  let abort = new AbortController()
  let looking = false
  let lookAgain = false
  let watching = false
  let stopped = false
  let failures = 0
  let retryAfterMs = 0
  let community = false
  /** This cloud takes no question for what changed. */
  let noChanges = false
  /** When the whole list is due, and how long a look at it and at its changes took. */
  let wholeDueAt = 0
  let wholeTook = 0
  let changesTook = 0

  const take = (image: Image): boolean => {
    const text = JSON.stringify(image)
    if (rows.get(image.id)?.text === text) return false
    rows.set(image.id, { image, text })
    return true
  }

  const wholeList = async (): Promise<void> => {
    const began = timers.now()
    const seen = new Set<string>()
    const first = state.loadedAt === null || state.remembered
    let upserts: Image[] = []
    const withCommunity = community
    const pages = client.list(abort.signal, withCommunity)
    let step = await pages.next()
    for (; step.done !== true; step = await pages.next()) {
      for (const image of step.value) {
        seen.add(image.id)
        if (take(image)) upserts.push(image)
      }
      // The first rows are shown as they come.
      if (first && upserts.length > 0 && !stopped) {
        changed(upserts, [], state)
        upserts = []
      }
    }
    const { more, lost } = step.value
    if (!more && withCommunity === community) foundOnly.clear()
    const removed = [...rows.keys()].filter((id) => !seen.has(id) && !foundOnly.has(id))
    for (const id of removed) rows.delete(id)
    wholeTook = timers.now() - began
    state = { loading: false, loadedAt: timers.now(), error: null, more, remembered: false, ...(lost > 0 && { lost }) }
    confirmed.clear()
    if (!stopped) changed(upserts, removed, state)
  }

  const changes = async (since: string): Promise<void> => {
    const began = timers.now()
    const upserts: Image[] = []
    for await (const page of client.changedSince(since, abort.signal, community)) upserts.push(...page.filter(take))
    changesTook = timers.now() - began
    const recovered = state.error !== null
    state = { ...state, error: null }
    if (!stopped && (upserts.length > 0 || recovered)) changed(upserts, [], state)
  }

  const look = async (whole: boolean): Promise<void> => {
    if (looking || stopped) {
      lookAgain ||= whole
      return
    }
    looking = true
    cancelTimer?.()
    cancelTimer = null
    const since = whole || state.loadedAt === null ? null : changesFrom()
    try {
      if (since === null) await wholeList()
      else await changes(since)
      failures = 0
      retryAfterMs = 0
    } catch (error) {
      if (since !== null && error instanceof GlancerError && error.status === 400) noChanges = true
      else if (!stopped && !abort.signal.aborted) {
        failures++
        retryAfterMs = error instanceof GlancerError ? Math.min(error.retryAfterMs ?? 0, LONGEST_STAY_MS) : 0
        state = { ...state, loading: false, error: toErrorShape(error) }
        changed([], [], state)
      }
    }
    looking = false
    if (since === null) wholeDueAt = failures > 0 ? 0 : timers.now() + wholePause()
    if (lookAgain) {
      lookAgain = false
      wholeDueAt = 0
      schedule(SOON_MS)
    } else schedule(pause())
  }

  /** The time from which on changes are asked for; null where the cloud gives no times to go by. */
  const changesFrom = (): string | null => {
    if (noChanges) return null
    let newest = ''
    for (const { image } of rows.values()) if (image.updatedAt > newest) newest = image.updatedAt
    const at = Date.parse(newest)
    return Number.isNaN(at) ? null : `${new Date(at - OVERLAP_MS).toISOString().slice(0, 19)}Z`
  }

  const somethingMoves = (): boolean => isBusy() || [...rows.values()].some(({ image }) => isPassing(image, timers.now()))
  const backoff = (): number =>
    Math.max(retryAfterMs, Math.min(LONGEST_BACKOFF_MS, 2_000 * 2 ** Math.min(failures - 1, 10)) * (0.75 + timers.random() / 2))
  const wholePause = (): number => Math.min(LONGEST_PAUSE_MS, Math.max(somethingMoves() ? BUSY_MS : CALM_MS, wholeTook * WHOLE_SHARE))
  const changesPause = (): number => Math.min(CALM_MS, Math.max(somethingMoves() ? BUSY_MS : CALM_MS, changesTook * CHANGES_SHARE))
  const pause = (): number => (failures > 0 ? backoff() : Math.max(0, Math.min(wholeDueAt - timers.now(), changesPause())))

  const schedule = (ms: number): void => {
    cancelTimer?.()
    cancelTimer = null
    if (stopped || (!watching && !isBusy())) return
    const whole = timers.now() + ms >= wholeDueAt
    cancelTimer = timers.set(() => void look(whole), ms)
  }

  /** One image, without the whole list: what just moved shows at once. */
  const lookAt = async (imageId: string): Promise<void> => {
    try {
      const image = await client.get(imageId, abort.signal)
      if (!stopped && take(image)) changed([image], [], state)
    } catch {
      // Gone, or unreachable: the next look at the whole list says which.
      wholeDueAt = 0
      schedule(SOON_MS)
    }
  }

  const findOne = async (query: Record<string, string>): Promise<number> => {
    let found = 0
    for await (const page of client.find(query, abort.signal)) {
      if (stopped) break
      found += page.length
      for (const image of page) if (!rows.has(image.id)) foundOnly.add(image.id)
      const upserts = page.filter(take)
      if (upserts.length > 0) changed(upserts, [], state)
    }
    return found
  }

  return {
    images: () => [...rows.values()].map(({ image }) => image),
    rows: () => [...rows.values()],
    image: (imageId) => (state.remembered && !confirmed.has(imageId) ? null : (rows.get(imageId)?.image ?? null)),
    unconfirmed: (imageIds) => (state.remembered ? imageIds.flatMap((id) => (confirmed.has(id) ? [] : (rows.get(id)?.image ?? []))) : []),
    async confirm(shown) {
      const image = await client.get(shown.id, abort.signal)
      confirmed.add(shown.id)
      if (take(image) && !stopped) changed([image], [], state)
      // A time alone, or a property, changes nothing of what one meant to do.
      if (told.every((field) => image[field] === shown[field])) return
      throw new GlancerError('conflict', `${image.name ?? image.id} has changed since it was listed.`, {
        remedy: 'It is shown as it is now. See whether this is still what you want, and do it again.',
      })
    },
    state: () => state,
    nudge(imageId) {
      if (stopped) return
      if (imageId === undefined) {
        failures = 0
        void look(true)
      } else {
        void lookAt(imageId)
        if (!looking) schedule(BUSY_MS)
      }
    },
    async find(queries) {
      let found = 0
      for (const query of queries) {
        try {
          found += await findOne(query)
        } catch (error) {
          // A question that the cloud does not take finds nothing: what is known is filtered here all the same.
          if (!(error instanceof GlancerError) || error.status !== 400) throw error
        }
      }
      return found
    },
    async includeCommunity() {
      community = true
      try {
        await findOne({ visibility: 'community' })
      } catch (error) {
        community = false
        throw error
      }
    },
    pause() {
      watching = false
      if (!looking) schedule(CALM_MS)
    },
    resume() {
      if (watching || stopped) return
      watching = true
      void look(state.loadedAt === null || timers.now() >= wholeDueAt)
    },
    stop() {
      stopped = true
      cancelTimer?.()
      abort.abort()
      abort = new AbortController()
    },
  }
}
