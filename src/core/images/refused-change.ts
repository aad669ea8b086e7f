import { type ErrorFacts, GlancerError } from '../../shared/errors.ts'
import type { PatchOperation } from './json-patch.ts'

/** What the cloud refused of a change, and the field that it is about: `name`, `tags`, `properties.os_distro`; null = none by itself. */
export interface RefusedChange {
  field: string | null
  error: GlancerError
}

const fieldNames: Readonly<Record<string, string>> = {
  name: 'name',
  visibility: 'visibility',
  protected: 'protected',
  os_hidden: 'hidden',
  min_disk: 'minDisk',
  min_ram: 'minRam',
  tags: 'tags',
}

/** Refusals of PATCH by the sentences that Glance writes, observed on 25.1; only the ones that name something are told apart. */
const sentences: readonly {
  pattern: RegExp
  message(found: string): string
  code?: 'forbidden' | 'conflict' | 'quota'
  remedy?: string
}[] = [
  {
    pattern: /Attribute '([^']+)' is reserved/,
    code: 'forbidden',
    message: (name) => `The cloud keeps ${name} for itself.`,
    remedy: 'Take this change back; the others can be saved without it.',
  },
  { pattern: /Attribute '([^']+)' is read-only/, code: 'forbidden', message: (name) => `${name} cannot be set by anybody.` },
  {
    pattern: /Property '?([^']+?)'? is protected/i,
    code: 'forbidden',
    message: (name) => `This cloud lets only certain roles set ${name}.`,
    remedy: 'Ask who runs the cloud for the role that may.',
  },
  {
    pattern: /Property '?(.+?)'? does not exist/,
    code: 'conflict',
    message: (name) => `${name} was taken away by somebody else meanwhile.`,
    remedy: 'Save again to set it anew.',
  },
]

/** Puts a refused PATCH into words, and finds the field that it is about. Errors that say nothing of a field stay as they are. */
export function refusedChange(error: GlancerError, operations: readonly PatchOperation[]): RefusedChange {
  const said = error.detail ?? ''
  const facts = factsOf(error)
  for (const { pattern, message, code, remedy } of sentences) {
    const name = pattern.exec(said)?.[1]
    if (name !== undefined)
      return {
        field: fieldOf(name),
        error: new GlancerError(code ?? error.code, message(name), { ...facts, remedy: remedy ?? facts.remedy }),
      }
  }
  if (/publicize_image|make_public/.test(said) || (/communitize_image/.test(said) && error.status === 403))
    return {
      field: 'visibility',
      error: new GlancerError('forbidden', 'You may not make images visible to everybody in this cloud.', {
        ...facts,
        remedy: 'Share it with single projects, or ask who runs the cloud.',
      }),
    }
  if (/4 byte unicode/.test(said)) {
    const wide = operations.find((operation) => /[\u{10000}-\u{10FFFF}]/u.test(JSON.stringify(operation)))
    return {
      field: wide === undefined ? null : fieldOf(nameIn(wide.path)),
      error: new GlancerError('bad-request', 'The cloud takes no emoji, nor other characters beyond the first 65,536.', facts),
    }
  }
  if (error.status === 413 && /tag/i.test(said))
    return {
      field: 'tags',
      error: new GlancerError('quota', `The cloud takes no more tags on one image${maximum(said)}.`, {
        ...facts,
        remedy: 'Take out some.',
      }),
    }
  if (error.status === 413 && /propert/i.test(said))
    return {
      field: 'properties',
      error: new GlancerError('quota', `The cloud takes no more properties on one image${maximum(said)}.`, {
        ...facts,
        remedy: 'Take out some.',
      }),
    }
  if (error.status === 400) {
    const name = /On instance\['([^']+)'\]|(?:replace|set|for) '([^']+)'/.exec(said)
    const named = name?.[1] ?? name?.[2]
    const only = operations.length === 1 ? operations[0] : undefined
    const field = named !== undefined ? fieldOf(named) : only === undefined ? null : fieldOf(nameIn(only.path))
    return { field, error: new GlancerError('bad-request', 'The cloud does not take this value.', facts) }
  }
  if (error.status === 403) {
    const only = operations.length === 1 ? operations[0] : undefined
    return {
      field: only === undefined ? null : fieldOf(nameIn(only.path)),
      error: new GlancerError('forbidden', 'The cloud does not let you change this.', facts),
    }
  }
  return { field: null, error }
}

function factsOf({ detail, requestId, remedy, status }: GlancerError): ErrorFacts {
  return { detail, requestId, remedy, status }
}

/** `, at most 128` where the cloud says how many. */
function maximum(said: string): string {
  const most = /Maximum: (\d+)/.exec(said)?.[1]
  return most === undefined ? '' : `, at most ${most}`
}

function fieldOf(name: string): string {
  return Object.hasOwn(fieldNames, name) ? (fieldNames[name] ?? name) : `properties.${name}`
}

function nameIn(path: string): string {
  return path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')
}
