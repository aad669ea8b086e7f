import { create } from 'zustand'
import type { Finding, LocalFile, Visibility } from '../../../shared/domain.ts'

/** One file in the sheet. A null field follows the settings of all. */
export interface DraftItem {
  file: LocalFile
  name: string
  diskFormat: string
  containerFormat: string
  visibility: Visibility | null
  store: string | null
  /** All that the core says to the formats chosen; null until it answered. */
  checked: readonly Finding[] | null
  /** Codes of warnings that the person has put aside. */
  kept: ReadonlySet<string>
}

export interface Draft {
  open: boolean
  cloudId: string | null
  visibility: Visibility
  /** Null = the cloud's default. */
  store: string | null
  tags: readonly string[]
  properties: readonly { id: number; key: string; value: string }[]
  protect: boolean
  /** Sent to the staging area and imported from there: to the store chosen, or to all of them. Null = sent to the image itself. */
  staging: 'store' | 'all-stores' | null
  items: readonly DraftItem[]
  /** Dropped things that cannot be taken at all. */
  problems: readonly { name: string; problem: string }[]
  /** Files being looked at. */
  looking: number
  starting: boolean
}

export const emptyDraft: Draft = {
  open: false,
  cloudId: null,
  visibility: 'private',
  store: null,
  tags: [],
  properties: [],
  protect: false,
  staging: null,
  items: [],
  problems: [],
  looking: 0,
  starting: false,
}

export const useDraft = create<Draft>(() => emptyDraft)

/** All that is to be said about a file with the formats chosen, the gravest first; before that was asked, what the look itself found. */
export function findingsOf(item: DraftItem): Finding[] {
  const weight = { refuse: 0, warn: 1, note: 2 }
  return allFindings(item)
    .filter((finding) => !item.kept.has(finding.code))
    .sort((a, b) => weight[a.severity] - weight[b.severity])
}

export function isRefused(item: DraftItem): boolean {
  return allFindings(item).some((finding) => finding.severity === 'refuse')
}

function allFindings(item: DraftItem): readonly Finding[] {
  return item.checked ?? item.file.findings
}

/** True if the person set something that would be lost with the sheet. */
export function isEdited(draft: Draft): boolean {
  if (
    draft.tags.length > 0 ||
    draft.properties.some(({ key }) => key !== '') ||
    draft.protect ||
    draft.visibility !== emptyDraft.visibility
  )
    return true
  return draft.items.some(
    ({ file: { proposed }, name, diskFormat, containerFormat, visibility, store }) =>
      name !== proposed.name ||
      diskFormat !== proposed.diskFormat ||
      containerFormat !== proposed.containerFormat ||
      visibility !== null ||
      store !== null,
  )
}

/** What is wrong with the name, in a sentence; null = nothing. Glance counts characters, not bytes. */
export function nameProblem(name: string): string | null {
  const length = [...name].length
  if (name.trim() === '') return 'An image needs a name.'
  if (length > 255) return `Glance takes at most 255 characters; this name has ${length}.`
  return beyondThreeBytes(name) ? 'Glance takes no emoji and no other characters of four bytes.' : null
}

/** Glance refuses names, tags and properties with characters that need four bytes in UTF-8 (400, observed on Glance 25.1). */
function beyondThreeBytes(text: string): boolean {
  return [...text].some((character) => character.length > 1)
}

/** A tag as Glance takes it, or why not. */
export function tagProblem(tag: string): string | null {
  if ([...tag].length > 255) return 'A tag has at most 255 characters.'
  if (beyondThreeBytes(tag)) return 'A tag holds no emoji: Glance takes none.'
  return /[,/]/.test(tag) ? 'A tag holds no comma and no slash.' : null
}
