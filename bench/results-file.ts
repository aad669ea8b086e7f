import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, 'RESULTS.md')

/** The benches that share RESULTS.md, in the order in which they stand there. */
const parts = ['engine', 'page'] as const

/** Replaces what one bench wrote there before, between its two comments, and leaves what the others wrote as it is. */
export async function writeResults(part: (typeof parts)[number], text: string): Promise<void> {
  const before = await readFile(FILE, 'utf8').catch(() => '')
  const texts = new Map(parts.map((name) => [name, textOf(before, name)]))
  texts.set(part, text.trim())
  const sections = parts.flatMap((name) => {
    const kept = texts.get(name) ?? null
    return kept === null ? [] : [`${begin(name)}\n\n${kept}\n\n${end(name)}`]
  })
  await writeFile(FILE, `${sections.join('\n\n')}\n`)
}

/** Like `writeResults`, but of the sections before it replaces those that were run again; the others stay as they were. */
export async function writeSections(part: (typeof parts)[number], intro: string, run: ReadonlyMap<string, string>): Promise<void> {
  const before = textOf(await readFile(FILE, 'utf8').catch(() => ''), part) ?? ''
  const kept = before.split(/^(?=## )/m).slice(1)
  const texts = new Map(kept.map((text) => [text.slice(3, text.indexOf('\n')), text.trim()]))
  for (const [title, text] of run) texts.set(title, text)
  await writeResults(part, [intro, ...texts.values()].join('\n\n'))
}

function textOf(file: string, part: string): string | null {
  const from = file.indexOf(begin(part))
  const to = file.indexOf(end(part))
  return from < 0 || to < from ? null : file.slice(from + begin(part).length, to).trim()
}

const begin = (part: string): string => `<!-- begin: ${part} -->`
const end = (part: string): string => `<!-- end: ${part} -->`
