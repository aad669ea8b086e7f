/**
 * Which images are meant. `current` is the row where the keyboard is; `checked` are those ticked. While nothing is ticked, the current row
 * alone is meant. Everything by id, so that rows may come, go and move. All functions are pure; `order` is the ids as shown.
 */
export interface Selection {
  current: string | null
  checked: ReadonlySet<string>
  /** Where a range begins. */
  anchor: string | null
}

export const noSelection: Selection = { current: null, checked: new Set(), anchor: null }

export function targets(selection: Selection): readonly string[] {
  if (selection.checked.size > 0) return [...selection.checked]
  return selection.current === null ? [] : [selection.current]
}

export function isTarget(selection: Selection, id: string): boolean {
  return selection.checked.size > 0 ? selection.checked.has(id) : selection.current === id
}

/** A press on a row: alone, added with Ctrl (Cmd), as a range with Shift. */
export function press(selection: Selection, id: string, keys: { add: boolean; range: boolean }, order: readonly string[]): Selection {
  if (keys.range) return { current: id, anchor: selection.anchor ?? id, checked: new Set(between(order, selection.anchor ?? id, id)) }
  if (!keys.add) return { current: id, anchor: id, checked: new Set() }
  const before = selection.checked.size > 0 || selection.current === null ? selection.checked : new Set([selection.current])
  return { current: id, anchor: id, checked: flipped(before, id) }
}

/** A press on a row's checkbox, or the space bar. */
export function tick(selection: Selection, id: string): Selection {
  return { current: id, anchor: id, checked: flipped(selection.checked, id) }
}

/** Moves by rows, stopping at both ends. With `range`, everything from the anchor on is ticked. */
export function move(selection: Selection, by: number, range: boolean, order: readonly string[]): Selection {
  if (order.length === 0) return selection
  const at = selection.current === null ? -1 : order.indexOf(selection.current)
  const to = at < 0 ? (by < 0 ? order.length - 1 : 0) : Math.min(order.length - 1, Math.max(0, at + by))
  const id = order[to] ?? null
  if (id === null) return selection
  if (!range) return { ...selection, current: id, anchor: id }
  const anchor = selection.anchor ?? id
  return { current: id, anchor, checked: new Set(between(order, anchor, id)) }
}

/** All rows shown; if they all are ticked already, none. */
export function tickAll(selection: Selection, order: readonly string[]): Selection {
  const all = order.length > 0 && order.every((id) => selection.checked.has(id))
  return { ...selection, checked: new Set(all ? [] : order) }
}

/** Forgets what is no longer there. */
export function prune(selection: Selection, exists: (id: string) => boolean): Selection {
  const current = selection.current !== null && exists(selection.current) ? selection.current : null
  const checked = [...selection.checked].filter(exists)
  if (current === selection.current && checked.length === selection.checked.size) return selection
  return { current, anchor: current, checked: new Set(checked) }
}

function flipped(checked: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(checked)
  if (!next.delete(id)) next.add(id)
  return next
}

function between(order: readonly string[], from: string, to: string): readonly string[] {
  const a = order.indexOf(from)
  const b = order.indexOf(to)
  if (b < 0) return []
  if (a < 0) return [to]
  return order.slice(Math.min(a, b), Math.max(a, b) + 1)
}
