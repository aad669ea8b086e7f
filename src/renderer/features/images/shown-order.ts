let order: readonly string[] = []

/** The ids of the rows as they are shown, for what is done with a press. Not state: no row is drawn anew because others came or went. */
export function shownOrder(): readonly string[] {
  return order
}

export function setShownOrder(ids: readonly string[]): void {
  order = ids
}
