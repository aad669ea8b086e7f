/** What the image is before the request. `staged`: data in the staging area; `saving`: an upload is under way in another connection. */
export type GivenStatus = 'queued' | 'active' | 'staged' | 'deactivated' | 'saving'

export interface Given {
  status: GivenStatus
  /** Fields of the POST, over `{name, disk_format: raw, container_format: bare}`; null takes one away. */
  fields?: Readonly<Record<string, unknown>>
  /** Bytes of data where the status has any. Default 1000. */
  size?: number
  /** Shared with the other project, in this status. */
  member?: 'pending' | 'accepted'
  /** The store that holds the data. */
  store?: 'fast' | 'slow'
}

/** Who asks: the project that owns the image, another project, an admin of a third one, or somebody without a token. */
export type Who = 'owner' | 'reader' | 'other' | 'admin' | 'nobody'

/**
 * One request. In `path`, header values and `json`, `{id}` is the given image, `{id2}` .. further ones of `givens`, `{owner}`/`{other}` the project
 * ids, `{source}` the address that web-download may fetch from, `{fresh}` a new UUID.
 */
export interface Step {
  method: string
  path: string
  as?: Who
  headers?: Readonly<Record<string, string>>
  json?: unknown
  /** Raw body. */
  body?: Uint8Array | string
  /** Send the body in chunks, without Content-Length. */
  chunked?: boolean
  expect: Expected
  /** Repeat until the expectation holds, at most 10 s: for what goes on after its answer. */
  eventually?: boolean
}

export interface Expected {
  status: number
  /** Exact value, pattern, or null for a header that must not be there. */
  headers?: Readonly<Record<string, string | RegExp | null>>
  /** Must match as vitest's toMatchObject does; asymmetric matchers are welcome. */
  json?: unknown
  /** Part of an error's `message`. */
  message?: string
  /** The body as text. */
  text?: string | RegExp
  /** The body as bytes of the given image: from, to (not included). */
  bytes?: readonly [number, number]
}

export interface Case {
  name: string
  given?: Given
  /** More images beside it, all of the owner's project. */
  givens?: readonly Given[]
  steps: readonly Step[]
  /** The given image afterwards, as an admin sees it; `gone` = 404. */
  after?: Readonly<Record<string, unknown>> | 'gone'
}

/** One request, one answer: the shape of most cases. */
export function one(name: string, step: Step, more: Omit<Case, 'name' | 'steps'> = {}): Case {
  return { name, steps: [step], ...more }
}

export const QUEUED: Given = { status: 'queued' }
export const ACTIVE: Given = { status: 'active' }
