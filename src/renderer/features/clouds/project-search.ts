import type { Project } from '../../../shared/place-protocol.ts'
import { searchWords } from '../images/filter.ts'

export const MOST_SHOWN = 100

/**
 * The projects that a search finds by name or id, and how many more there are than are shown. What looks like an id and is in no list can be chosen as
 * it is: not every cloud lists all projects.
 */
export function findProjects(projects: readonly Project[], search: string): { found: Project[]; more: number } {
  const words = searchWords(search)
  const all = projects.filter(({ id, name }) => {
    const text = `${name}\n${id}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const id = search.trim()
  if (all.length === 0 && /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    return { found: [{ id, name: id, domainId: null }], more: 0 }
  return { found: all.slice(0, MOST_SHOWN), more: Math.max(0, all.length - MOST_SHOWN) }
}
