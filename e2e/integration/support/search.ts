import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Every file below a folder in which one of these texts stands, as it is or as JSON and URLs write it; `file: text`. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    for (const text of texts) if (waysToWrite(text).some((way) => bytes.includes(way))) found.push(`${relative(folder, path)}: ${text}`)
  }
  return found
}

/** Which of these texts stand in another text, however they were written. */
export function textsIn(text: string, texts: readonly string[]): string[] {
  return texts.filter((one) => waysToWrite(one).some((way) => text.includes(way)))
}

function waysToWrite(text: string): string[] {
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), Buffer.from(text).toString('base64')]
}
