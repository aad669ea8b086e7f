import { z } from 'zod'
import { parseViewId } from './view-id.ts'

const KEY = 'shown-clouds'
const shownSchema = z.object({
  /** With the project's name, which is known before the sign-in only from here. */
  ids: z.array(z.object({ id: z.string(), project: z.string().nullable() })),
  hidden: z.array(z.string()),
})
const stateSchema = z.record(z.string(), shownSchema)
type Shown = z.infer<typeof shownSchema>

interface Known {
  id: string
  entry: string
}

/**
 * Which clouds the sidebar shows, kept for the next start: what the configuration has, but for what a person hid, added beside it or put in its place.
 * Something new in the configuration is shown without being asked for.
 */
export class ShownClouds {
  readonly #remember: (key: string, value: string) => void
  #state: Record<string, Shown>

  constructor(remembered: (key: string) => string | null, remember: (key: string, value: string) => void) {
    this.#remember = remember
    this.#state = read(remembered(KEY))
  }

  /** Ids in the order of the sidebar. @param configured what the configuration has, in its order */
  order(configured: readonly Known[]): string[] {
    const entries = [...new Set(configured.map(({ entry }) => entry))]
    return entries.flatMap((entry) => this.#ofEntry(entry, configured))
  }

  /** Shows one cloud where another was. */
  replace(from: Known, to: { id: string; project: string | null }, configured: readonly Known[]): void {
    if (from.id === to.id) return
    const now = this.#ofEntry(from.entry, configured)
    const ids = now.includes(to.id) ? now.filter((id) => id !== from.id) : now.map((id) => (id === from.id ? to.id : id))
    this.#set(from.entry, ids, to, configured)
  }

  /** Shows one cloud behind another. */
  addBehind(before: Known, added: { id: string; project: string | null }, configured: readonly Known[]): void {
    const now = this.#ofEntry(before.entry, configured)
    if (now.includes(added.id)) return
    const ids = now.flatMap((id) => (id === before.id ? [id, added.id] : [id]))
    this.#set(before.entry, ids.includes(added.id) ? ids : [...ids, added.id], added, configured)
  }

  /** False for the last one of its entry, which stays. */
  hide({ id, entry }: Known, configured: readonly Known[]): boolean {
    const now = this.#ofEntry(entry, configured)
    if (now.length < 2) return false
    this.#set(
      entry,
      now.filter((other) => other !== id),
      null,
      configured,
    )
    return true
  }

  /** The project's name as it was when this was shown first; null where none was given. */
  project(id: string): string | null {
    for (const { ids } of Object.values(this.#state)) {
      const found = ids.find((shown) => shown.id === id)
      if (found !== undefined) return found.project
    }
    return null
  }

  #ofEntry(entry: string, configured: readonly Known[]): string[] {
    const own = configured.filter((each) => each.entry === entry).map(({ id }) => id)
    const state = Object.hasOwn(this.#state, entry) ? this.#state[entry] : undefined
    if (state === undefined) return own
    const there = state.ids.map(({ id }) => id).filter((id) => own.includes(parseViewId(id)?.base ?? id))
    const shown = [...there, ...own.filter((id) => !there.includes(id) && !state.hidden.includes(id))]
    return shown.length > 0 ? shown : own
  }

  #set(entry: string, ids: readonly string[], named: { id: string; project: string | null } | null, configured: readonly Known[]): void {
    const own = configured.filter((each) => each.entry === entry).map(({ id }) => id)
    const nameOf = (id: string): string | null => (id === named?.id ? named.project : this.project(id))
    this.#state = {
      ...this.#state,
      [entry]: { ids: ids.map((id) => ({ id, project: nameOf(id) })), hidden: own.filter((id) => !ids.includes(id)) },
    }
    this.#remember(KEY, JSON.stringify(this.#state))
  }
}

function read(text: string | null): Record<string, Shown> {
  try {
    return stateSchema.parse(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}
