import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { extractFile, listPackage } from '@electron/asar'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageRoot, preloadFile, workerUrls } from '../../src/core/hosting/places.ts'
import { packApp } from '../packaging/pack.ts'

// What ships, packed as an installer holds it and read back. It is made of what was last built.
let folder: string
let archive: string
/** Paths inside, without the slash in front. */
let files: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glancer-asar-'))
  archive = await packApp(folder)
  const all = listPackage(archive, { isPack: false }).map((path) => path.slice(1).replaceAll('\\', '/'))
  files = all.filter((path) => !all.some((other) => other.startsWith(`${path}/`)))
})
afterAll(() => rm(folder, { recursive: true }))

const textOf = (path: string): string => extractFile(archive, path).toString('utf8')

describe('app.asar', () => {
  test('has nothing but what runs', () => {
    const known =
      /^(LICENSE|package\.json|resources\/icons\/256\.png|out\/(main|preload|renderer)\/[\w@./-]+\.(js|cjs|html|css|svg|woff2|png))$/
    expect(files.filter((path) => !known.test(path))).toEqual([])
    expect(files.filter((path) => /node_modules|\.test\.|\.spec\.|testing|\.tsx?$|\.map$|\.env|\.git|e2e|bench/.test(path))).toEqual([])
  })

  test('has its beginning, the preload, the page, the icon and every worker file, where the app looks for them', async () => {
    const { main } = JSON.parse(textOf('package.json'))
    expect(files).toContain(main)
    const here = `file:///opt/Glancer/resources/app.asar/${main}`
    const inside = (url: URL): string => url.href.replace('file:///opt/Glancer/resources/app.asar/', '')
    for (const url of [...Object.values(workerUrls(here)), preloadFile(here)]) expect(files).toContain(inside(url))
    expect(files).toContain(`${inside(pageRoot(here))}index.html`)
    expect(files).toContain('resources/icons/256.png')
    expect(textOf('LICENSE')).toBe(await readFile(fileURLToPath(new URL('../../LICENSE', import.meta.url)), 'utf8'))
  })

  test('misses nothing that it imports, and imports nothing from node_modules', () => {
    const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'electron'])
    // ws does without these two, and asks in a way that may fail.
    const optional = new Set(['bufferutil', 'utf-8-validate'])
    for (const path of files.filter((path) => /^out\/(main|preload)\/.*\.c?js$/.test(path))) {
      // Comments name files too, those of a package's own types for instance.
      const text = textOf(path).replace(/\/\*[\s\S]*?\*\//g, '')
      const statements = text.matchAll(
        /^\s*(?:import|export)\b[^'"\n]*?(?:from\s*)?["']([^"'\n]+)["'];?$|\bimport\(["']([^"']+)["']\)|\brequire\(["']([^"']+)["']\)/gm,
      )
      for (const [, from, dynamic, required] of statements) {
        const name = from ?? dynamic ?? required ?? ''
        if (optional.has(name)) continue
        if (name.startsWith('.')) expect(files, `${path} imports ${name}`).toContain(posix.join(posix.dirname(path), name))
        else expect(builtin, `${path} imports ${name}`).toContain(name)
      }
      for (const [, name = ''] of text.matchAll(/new URL\(["'](\.\.?\/[^"'\s]+\.(?:js|cjs|ts))["']/g)) {
        // Those that lead up twice are for running from the sources.
        if (!name.endsWith('.ts') && !name.startsWith('../../'))
          expect(files, `${path} names ${name}`).toContain(posix.join(posix.dirname(path), name))
      }
    }
    const page = textOf('out/renderer/index.html')
    const named = [...page.matchAll(/(?:src|href)="\.?\/([^"]+)"/g)].map(([, name]) => `out/renderer/${name}`)
    expect(named.length).toBeGreaterThan(2)
    for (const name of named) expect(files).toContain(name)
  })

  test('holds no secret and no trace of the machine that built it', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '')
    for (const path of files.filter((path) => !path.endsWith('.png'))) {
      const text = textOf(path)
      expect(text, path).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}/)
      expect(text, path).not.toMatch(/\b(ghp|gho|github_pat|npm)_[A-Za-z0-9]{30,}|\bAKIA[0-9A-Z]{16}\b|\bgAAAA[A-Za-z0-9_-]{60,}/)
      for (const trace of [root, homedir() === '/' || homedir() === '/root' ? '/root/' : homedir()])
        expect(text.includes(trace), `${path}: ${trace}`).toBe(false)
    }
  })

  test('stays small', () => {
    const bytes = files.reduce((sum, path) => sum + extractFile(archive, path).length, 0)
    expect(bytes).toBeLessThan(8_000_000)
  })
})
