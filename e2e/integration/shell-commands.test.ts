import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { image as sampleImage } from '../../src/core/transfers/testing/fakes.ts'
import { commandKinds, openstackCommands } from '../../src/shared/image-texts.ts'

const nasty = sampleImage({
  id: 'i1',
  diskFormat: 'qcow2',
  name: `a "b", 'c'\nd; rm -rf $HOME \`x\``,
  tags: ['t 1', '-x'],
  protected: true,
  minDisk: 3,
  properties: { os_distro: 'debian', "k'e y": 'v=1', os_glance_import_task: 'x', '-p': '' },
})

/** What the client was called with, call by call: each writes its words to a file of its own, since one command may stand within another. */
function callsOf(command: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'glancer-words-'))
  try {
    const client = 'openstack() { printf "%s\\0" "$@" > "$SEEN/$2"; echo made; }'
    execFileSync('sh', ['-c', `${client}; ${command}`], { env: { HOME: '/nowhere', PATH: process.env.PATH, SEEN: folder } })
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').split('\0').slice(0, -1))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.each(commandKinds)('the words of "openstack image %s" reach the client as they are, through a real shell', (kind) => {
  const calls = callsOf(openstackCommands([nasty], kind))
  const words = calls.find((call) => call[1] === kind) ?? []
  expect(words.slice(0, 2)).toEqual(['image', kind])
  if (kind === 'create' || kind === 'set') {
    expect(words).toContain("k'e y=v=1")
    expect(words).toContain('--tag=-x')
    expect(words).toContain('--property=-p=')
    expect(words.join(' ')).not.toContain('os_glance')
    expect(words).toContain(nasty.name)
  } else expect(words.at(-1)).toBe('i1')
  // `create --protected` fails with the client of 2023: what was made is protected by a second call.
  const others = calls.filter((call) => call !== words)
  if (kind === 'create') expect(others).toEqual([['image', 'set', '--protected', 'made']])
  else expect(others).toEqual([])
  if (kind === 'set') expect(words).toContain('--protected')
  if (kind === 'save') expect(words[3]).toBe(`a "b", 'c'_d; rm -rf $HOME \`x\`.qcow2`)
})
