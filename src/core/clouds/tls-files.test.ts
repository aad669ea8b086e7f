import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTlsFiles } from './tls-files.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
let dir = ''
const at = (name: string): string => join(dir, name)
const read = (files: { caFile?: string; certFile?: string; keyFile?: string }) =>
  readTlsFiles({ verify: true, caFile: null, certFile: null, keyFile: null, ...files })

beforeAll(async () => {
  if (!hasOpenssl) return
  dir = await mkdtemp(join(tmpdir(), 'glancer-pem-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore', timeout: 20_000 })
  for (const name of ['one', 'two'])
    openssl(
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
      ],
    )
  openssl('pkcs8', '-topk8', '-in', 'one.key', '-out', 'locked.key', '-passout', 'pass:x')
  await writeFile(at('words.pem'), 'This is no certificate.\n')
  await writeFile(at('torn.pem'), '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')
  await writeFile(at('huge.pem'), '')
  await truncate(at('huge.pem'), 20 * 1024 * 1024 * 1024)
}, 60_000)
afterAll(async () => {
  if (hasOpenssl) await rm(dir, { recursive: true, force: true })
})

describe.skipIf(!hasOpenssl)(`files of certificates${hasOpenssl ? '' : ': needs openssl'}`, () => {
  it('are read where they are right', async () => {
    expect(await read({})).toEqual({ verify: true })
    const tls = await read({ caFile: at('two.pem'), certFile: at('one.pem'), keyFile: at('one.key') })
    for (const text of [tls.ca, tls.cert]) expect(text).toContain('BEGIN CERTIFICATE')
    expect(tls.key).toContain('PRIVATE KEY')
  })

  it.each<[string, { caFile?: string; certFile?: string; keyFile?: string }, RegExp]>([
    ['one that is not there', { caFile: 'gone.pem' }, /^The file .*gone\.pem \(cacert of this cloud\) cannot be read\.$/],
    ['a folder', { caFile: '.' }, /\(cacert of this cloud\) is not a file\.$/],
    ['20 GiB', { caFile: 'huge.pem' }, /is far too large for one\.$/],
    ['words', { caFile: 'words.pem' }, /words\.pem \(cacert of this cloud\) has no certificate in PEM form\.$/],
    ['a torn one', { caFile: 'torn.pem' }, /holds a certificate that cannot be read\.$/],
    ['a key in place of a certificate', { certFile: 'one.key' }, /\(cert of this cloud\) has no certificate in PEM form\.$/],
    [
      'a certificate in place of a key',
      { certFile: 'one.pem', keyFile: 'one.pem' },
      /\(key of this cloud\) has no private key in PEM form\.$/,
    ],
    ['a certificate without a key', { certFile: 'one.pem' }, /\(cert of this cloud\) has no private key/],
    ['a key alone', { keyFile: 'one.key' }, /^This cloud has a key but no cert\.$/],
    [
      'a key of another certificate',
      { certFile: 'one.pem', keyFile: 'two.key' },
      /one\.pem and its private key cannot be used together\.$/,
    ],
    ['a key with a passphrase', { certFile: 'one.pem', keyFile: 'locked.key' }, /locked\.key \(key of this cloud\) has a passphrase\.$/],
  ])('%s is named', async (_, files, sentence) => {
    const found = Object.fromEntries(Object.entries(files).map(([setting, name]) => [setting, at(name)]))
    await expect(read(found)).rejects.toMatchObject({ code: 'tls', message: expect.stringMatching(sentence) })
  })

  it('the second of two certificates is named by its number', async () => {
    const one = execFileSync('cat', [at('one.pem'), at('torn.pem')])
    await writeFile(at('two-in-one.pem'), one)
    await expect(read({ caFile: at('two-in-one.pem') })).rejects.toThrow(/its number 2\.$/)
  })
})
