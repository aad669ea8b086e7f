import { addressProblem, fileNameIn } from '../../../shared/web-address.ts'
import { nameProblem } from '../upload/draft.ts'

export type Source = 'web-download' | 'glance-download'

/** One image to be imported, as the sheet shows it. */
export interface ImportRow {
  /** The line that it comes from: an address, or the id of an image elsewhere. */
  line: string
  name: string
  /** Null = the name does not tell it, and nobody has chosen. From another region it is that of the image there, and this stands in for it. */
  diskFormat: string | null
  containerFormat: string
  /** Why it cannot be imported, in a sentence; null = it can. */
  problem: string | null
  /** What to think of before it is imported. */
  warning: string | null
}

/** What a person set on a row, which stays when lines are added or removed around it. */
export type Edit = Partial<Pick<ImportRow, 'name' | 'diskFormat' | 'containerFormat'>>

const MOST = 1000
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Endings that say what the data is. `.img` is left out: it is raw here and qcow2 there. */
const formats: Readonly<Record<string, string>> = {
  qcow2: 'qcow2',
  raw: 'raw',
  iso: 'iso',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vhd',
  vpc: 'vhd',
  vhdx: 'vhdx',
}
const packed = /\.(?:xz|gz|bz2|zst|zip|tar|tgz|7z)$/i

/** The rows of pasted text: one a line, each line once. */
export function rowsFrom(text: string, source: Source, edits: ReadonlyMap<string, Edit>): ImportRow[] {
  const lines = [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter((line) => line !== '')
  return lines.slice(0, MOST).map((line) => rowFrom(line, source, edits.get(line) ?? {}))
}

function rowFrom(line: string, source: Source, edit: Edit): ImportRow {
  const bad = source === 'web-download' ? addressProblem(line) : UUID.test(line) ? null : 'This is not the id of an image.'
  const file = source === 'web-download' ? fileNameIn(line) : line
  const [, stem = file, ending = ''] = /^(.+)\.([^.]{1,8})$/.exec(file) ?? []
  const known = source === 'web-download' ? (formats[ending.toLowerCase()] ?? null) : null
  const name = edit.name ?? (known === null && !/^(?:img|bin)$/i.test(ending) ? file : stem)
  // Glance takes the formats of the image there, whatever the record said before (observed on 25.1); it only wants one to be set.
  const diskFormat = edit.diskFormat ?? (source === 'glance-download' ? 'raw' : known)
  return {
    line,
    name,
    diskFormat,
    containerFormat: edit.containerFormat ?? (/\.ova$/i.test(file) ? 'ova' : 'bare'),
    problem: bad ?? nameProblem(name) ?? (diskFormat === null ? 'Choose the disk format: the name does not tell it.' : null),
    warning:
      bad === null && source === 'web-download' && packed.test(file)
        ? 'The name says that it is packed. Most clouds keep what they fetch as it is, and nothing starts from that.'
        : null,
  }
}
