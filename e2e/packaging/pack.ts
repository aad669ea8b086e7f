import { globSync } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join, matchesGlob } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPackage } from '@electron/asar'
import { parse } from 'yaml'
import { z } from 'zod'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const configSchema = z.object({ files: z.array(z.string()) })

/** The files that ship, relative to the repository, by the patterns of electron-builder.yml: later ones with `!` take out again. */
async function shippedFiles(): Promise<string[]> {
  const { files: patterns } = configSchema.parse(parse(await readFile(join(repository, 'electron-builder.yml'), 'utf8')))
  const out = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const found = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .flatMap((pattern) => globSync(pattern, { cwd: repository, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length))
  return [...new Set(found)].filter((file) => !out.some((pattern) => matchesGlob(file, pattern))).sort()
}

/** Packs what ships into `app.asar` in this folder, as an installer holds it. Gives the archive's path. */
export async function packApp(folder: string): Promise<string> {
  const staged = join(folder, 'staged')
  for (const file of await shippedFiles()) {
    await mkdir(dirname(join(staged, file)), { recursive: true })
    await copyFile(join(repository, file), join(staged, file))
  }
  const archive = join(folder, 'app.asar')
  await createPackage(staged, archive)
  return archive
}
