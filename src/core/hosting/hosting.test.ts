import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultDataDir } from './data-dir.ts'
import { pageFile } from './page-files.ts'
import { pageRoot, preloadFile, workerUrls } from './places.ts'

describe('places', () => {
  test('among the sources, the worker files are the TypeScript files, and they are there', () => {
    const { transfer, hash, service, serviceHash } = workerUrls()
    expect(transfer.href).toMatch(/\/src\/core\/transfers\/worker\/main\.ts$/)
    expect(hash.href).toMatch(/\/src\/core\/transfers\/worker\/hash\.ts$/)
    expect(serviceHash.href).toMatch(/\/src\/core\/service\/hashing\/hash-worker\.ts$/)
    expect([transfer, hash, service, serviceHash].map((url) => existsSync(fileURLToPath(url)))).toEqual([true, true, true, true])
  })

  test('among the sources, the page is the one last built', () => {
    const root = new URL('../../../', import.meta.url).href
    expect(pageRoot().href).toBe(`${root}out/renderer/`)
    expect(preloadFile().href).toBe(`${root}out/preload/index.cjs`)
  })

  test.each(['file:///opt/glancer/out/main', 'file:///opt/Glancer/resources/app.asar/out/main'])(
    'all is found from a chunk in %s',
    (main) => {
      const chunk = `${main}/places-B1x2y3.js`
      expect(Object.values(workerUrls(chunk)).map((url) => url.href)).toEqual(
        ['transfer-worker', 'hash-worker', 'service-thread', 'service-hash-worker'].map((name) => `${main}/${name}.js`),
      )
      expect(pageRoot(chunk).href).toBe(`${main.replace(/main$/, 'renderer')}/`)
      expect(preloadFile(chunk).href).toBe(`${main.replace(/main$/, 'preload')}/index.cjs`)
    },
  )
})

describe('the data folder', () => {
  const homeDir = '/home/ada'

  test.each([
    ['linux', {}, '/home/ada/.local/share/glancer'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/glancer'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/glancer'],
    ['linux', { XDG_DATA_HOME: '/data', GLANCER_DATA_DIR: '/mine' }, '/mine'],
    ['darwin', {}, '/home/ada/Library/Application Support/Glancer'],
  ] as const)('on %s with %j it is %s', (platform, env, expected) => {
    expect(defaultDataDir({ platform, env, homeDir })).toBe(expected)
  })

  test('on Windows it does not roam', () => {
    const env = { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' }
    expect(defaultDataDir({ platform: 'win32', env, homeDir: 'C:\\Users\\ada' })).toBe('C:\\Users\\ada\\AppData\\Local\\Glancer')
  })
})

describe('files of the page', () => {
  test('the root is the page itself', () => {
    expect(pageFile('/page', '/')).toEqual({ file: '/page/index.html', contentType: 'text/html; charset=utf-8', immutable: false })
  })

  test('names with a digest may be kept', () => {
    expect(pageFile('/page', '/assets/index-Ab_12.js')).toMatchObject({ file: '/page/assets/index-Ab_12.js', immutable: true })
  })

  test.each([
    '',
    'index.html',
    '/.env.json',
    '/a/../b.js',
    '/a%2f..%2fb.js',
    '/C:%5cx.js',
    '/a//b.js',
    '/a',
    '/a.exe',
    '/a.js%00',
    '/%',
    '/a.constructor',
  ])('no file for %j', (path) => {
    expect(pageFile('/page', path)).toBeNull()
  })

  test('no address leads out of the folder', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '%2e', '%2E%2e', '/', '%2f', '\\', '%5c', '%00', 'a', '.js', ':'),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const found = pageFile('/page', `/${pieces.join('')}`)
        expect(found === null || found.file.startsWith('/page/')).toBe(true)
      }),
    )
  })
})
