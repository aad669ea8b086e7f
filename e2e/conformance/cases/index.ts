import type { Case } from '../case.ts'
import { create } from './create.ts'
import { discovery } from './discovery.ts'
import { downloads } from './download.ts'
import { imports } from './imports.ts'
import { life } from './life.ts'
import { list } from './list.ts'
import { patches } from './patch.ts'
import { sharing } from './sharing.ts'
import { uploads } from './upload.ts'

/** The whole table, by chapter. */
export const CHAPTERS: Readonly<Record<string, readonly Case[]>> = {
  discovery,
  create,
  list,
  patch: patches,
  'tags and members': sharing,
  life,
  upload: uploads,
  download: downloads,
  'stage and import': imports,
}
