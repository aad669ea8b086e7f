import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { z } from 'zod'

export const FILE_LIMIT = 1024 * 1024
/** One anchor may well serve hundreds of clouds; what this stops is aliases of aliases of aliases. */
const MOST_ALIASES = 10_000

const MOST_NOTES = 20
/** Deeper nests are no configuration, and take the parser seconds. */
const DEEPEST = 200

/** A file or an entry that cannot be used, and why, for people: with the line where that is known. */
export class CloudsFileError extends Error {}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const tree = z.record(z.string(), z.unknown())
export type Tree = Record<string, unknown>

/** What stands in a file; the notes name, for people, what can be used all the same. */
export interface ParsedFile {
  tree: Tree
  notes: string[]
}

/**
 * A clouds.yaml or clouds.json as plain data. Its scalars stay the text that they were written as: a project id of digits or a password with
 * leading zeros is no number. `<<` merges, as in the YAML 1.1 of the official clients.
 * @throws CloudsFileError with the line, for a syntax error, a tab, too many aliases, or too many bytes. A key that is there twice is only noted.
 */
export function parseCloudsFile(text: string, format: 'yaml' | 'json' = 'yaml'): ParsedFile {
  if (text.length > FILE_LIMIT) throw new CloudsFileError(`It is larger than ${FILE_LIMIT / 1024 / 1024} MiB; a list of clouds is not.`)
  if (flowDepth(text) > DEEPEST) throw new CloudsFileError(TOO_DEEP)
  const notes: string[] = []
  const value = bounded(() => (format === 'json' ? fromJson(text) : fromYaml(text, notes)))
  if (value === null || value === undefined || value === '') return { tree: {}, notes }
  const parsed = tree.safeParse(value)
  if (!parsed.success) throw new CloudsFileError('It is not a mapping with `clouds` in it.')
  return { tree: parsed.data, notes }
}

const TOO_DEEP = 'It is nested too deeply.'

/** How deep its brackets go at most, whatever they stand in. */
function flowDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [bracket] of text.matchAll(/[[{\]}]/g)) {
    if (bracket === '[' || bracket === '{') deepest = Math.max(deepest, ++depth)
    else if (depth > 0) depth--
  }
  return deepest
}

function bounded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new CloudsFileError(TOO_DEEP)
    throw error
  }
}

function fromYaml(text: string, notes: string[]): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'failsafe',
    customTags: ['null', 'merge'],
    merge: true,
    prettyErrors: false,
    // The parser compares each key with all others, which takes minutes for a file of tens of thousands; see `repeatedKeys`.
    uniqueKeys: false,
  })
  for (const problem of document.errors) {
    if (/call stack/.test(problem.message)) throw new CloudsFileError(TOO_DEEP)
    throw new CloudsFileError(`Line ${lines.linePos(problem.pos[0]).line}: ${withoutText(problem.message)}.`)
  }
  // The official clients take the last of two; so do we, but not in silence.
  for (const at of repeatedKeys(document).slice(0, MOST_NOTES))
    notes.push(`Line ${lines.linePos(at).line}: this key is there twice; the last one counts.`)
  visit(document, {
    // These two are the only yes and no that count; quoted, they are words to the official clients too.
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || (key.value !== 'verify' && key.value !== 'insecure')) return
      if (isScalar(value) && value.type === 'PLAIN' && typeof value.value === 'string')
        value.value = yamlBoolean(value.value) ?? value.value
    },
  })
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    const lost = lostAlias(document)
    if (lost === null) throw new CloudsFileError('It has too many aliases.')
    throw new CloudsFileError(`Line ${lines.linePos(lost).line}: an alias is used here that no anchor sets.`)
  }
}

/** Where in the text a key stands that its mapping has already. `<<` may be there several times. */
function repeatedKeys(document: Document): number[] {
  const found: number[] = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<' || typeof key.value === 'symbol') continue
        if (seen.has(key.value)) found.push(key.range?.[0] ?? 0)
        seen.add(key.value)
      }
    },
  })
  return found
}

function lostAlias(document: Document): number | null {
  let found: number | null = null
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return undefined
      found = node.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return found
}

/** The words of YAML 1.1, which the official clients read. */
function yamlBoolean(word: string): boolean | null {
  if (/^(true|yes|on)$/i.test(word)) return true
  return /^(false|no|off)$/i.test(word) ? false : null
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? (context?.source ?? value) : value,
    )
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // Its message quotes the text, where a password may be, and has no line.
    throw new CloudsFileError(`Line ${lineOfFault(text)}: this is not JSON.`)
  }
}

/** The first line behind which the text can no longer become JSON, whatever follows. */
function lineOfFault(text: string): number {
  const lines = text.split('\n')
  let good = 0
  let bad = lines.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (mayGoOn(lines.slice(0, middle).join('\n'))) good = middle
    else bad = middle
  }
  return bad
}

function mayGoOn(start: string): boolean {
  try {
    JSON.parse(start)
    return true
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const position = /at position (\d+)/.exec(error.message)?.[1]
    return /unexpected end|unterminated/i.test(error.message) || (position !== undefined && Number(position) >= start.length)
  }
}

/** What the parser says, less what it quotes of the file: that may be a password. */
function withoutText(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '').replace(/:? ["'].*$|: .*$/, '')
}

/** Lays one tree over another: mappings are merged key by key, everything else is replaced. As openstacksdk does with secure.yaml. */
export function mergeTrees(under: Tree, over: Tree): Tree {
  const merged: Tree = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined
    merged[key] = isTree(below) && isTree(value) ? mergeTrees(below, value) : value
  }
  return merged
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Keys may be written with dashes; from here on they have underscores. */
export function withUnderscores(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key.replaceAll('-', '_'), isTree(value) ? withUnderscores(value) : value]),
  )
}

/** A scalar as text; null for what is absent, empty, or no scalar. */
export function text(entry: Tree, key: string): string | null {
  const parsed = scalar.safeParse(Object.hasOwn(entry, key) ? entry[key] : undefined)
  if (!parsed.success || parsed.data === null || parsed.data === '') return null
  return String(parsed.data)
}
