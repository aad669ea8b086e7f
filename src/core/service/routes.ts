import type { Operation } from './faults.ts'
import type { Handler } from './handlers/call.ts'
import { showHealth, showImportInfo, showSchema, showStores, showStoresDetail, showUsage, showVersions } from './handlers/discovery.ts'
import { downloadFile } from './handlers/download.ts'
import {
  changeActive,
  createImage,
  deleteFromStore,
  deleteImage,
  listAll,
  listAllTasks,
  listTasks,
  patchImage,
  showImage,
} from './handlers/images.ts'
import { importImage } from './handlers/import.ts'
import { addMember, listMembers, removeMember, showMember, updateMember } from './handlers/members.ts'
import { addTag, removeTag } from './handlers/tags.ts'
import { stageFile, uploadFile } from './handlers/upload.ts'

export interface Route {
  operation: Operation
  handler: Handler
}

/** Paths below `/v2`; `*` stands for one variable part. All of them want a token. */
const TABLE: readonly (readonly [string, Readonly<Record<string, Route>>])[] = [
  ['/schemas/*', { GET: { operation: 'schema', handler: showSchema } }],
  ['/info/import', { GET: { operation: 'info', handler: showImportInfo } }],
  ['/info/stores', { GET: { operation: 'info', handler: showStores } }],
  ['/info/stores/detail', { GET: { operation: 'info', handler: showStoresDetail } }],
  ['/info/usage', { GET: { operation: 'info', handler: showUsage } }],
  ['/images', { GET: { operation: 'list', handler: listAll }, POST: { operation: 'create', handler: createImage } }],
  [
    '/images/*',
    {
      GET: { operation: 'show', handler: showImage },
      PATCH: { operation: 'patch', handler: patchImage },
      DELETE: { operation: 'delete', handler: deleteImage },
    },
  ],
  ['/images/*/file', { GET: { operation: 'download', handler: downloadFile }, PUT: { operation: 'upload', handler: uploadFile } }],
  ['/images/*/stage', { PUT: { operation: 'stage', handler: stageFile } }],
  ['/images/*/import', { POST: { operation: 'import', handler: importImage } }],
  ['/images/*/tasks', { GET: { operation: 'tasks', handler: listTasks } }],
  ['/images/*/actions/*', { POST: { operation: 'actions', handler: changeActive } }],
  ['/images/*/tags/*', { PUT: { operation: 'tags', handler: addTag }, DELETE: { operation: 'tags', handler: removeTag } }],
  ['/images/*/members', { GET: { operation: 'members', handler: listMembers }, POST: { operation: 'members', handler: addMember } }],
  [
    '/images/*/members/*',
    {
      GET: { operation: 'members', handler: showMember },
      PUT: { operation: 'members', handler: updateMember },
      DELETE: { operation: 'members', handler: removeMember },
    },
  ],
  ['/tasks', { GET: { operation: 'tasks', handler: listAllTasks } }],
  ['/stores/*/*', { DELETE: { operation: 'delete-from-store', handler: deleteFromStore } }],
]

const COMPILED = TABLE.map(([pattern, methods]) => ({ parts: pattern.slice(1).split('/'), methods }))

export const VERSIONS_ROUTE: Route = { operation: 'versions', handler: showVersions }
export const HEALTH_ROUTE: Route = { operation: 'versions', handler: showHealth }

export type Found =
  | { kind: 'route'; route: Route; params: readonly string[] }
  | { kind: 'wrong-method'; allow: string }
  | { kind: 'nothing' }

/** What a path below `/v2` means. `path` comes without `/v2`. */
export function findRoute(method: string, path: string): Found {
  const parts = path.slice(1).split('/')
  for (const { parts: pattern, methods } of COMPILED) {
    const params = match(pattern, parts)
    if (params === null) continue
    const route = methods[method]
    return route === undefined ? { kind: 'wrong-method', allow: Object.keys(methods).join(', ') } : { kind: 'route', route, params }
  }
  return { kind: 'nothing' }
}

function match(pattern: readonly string[], parts: readonly string[]): string[] | null {
  if (pattern.length !== parts.length) return null
  const params: string[] = []
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (wanted !== '*') {
      if (part !== wanted) return null
      continue
    }
    const value = decoded(part)
    if (value === null || value === '') return null
    if (pattern[index - 1] === 'actions' && value !== 'deactivate' && value !== 'reactivate') return null
    params.push(value)
  }
  return params
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
