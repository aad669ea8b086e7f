import { execFileSync } from 'node:child_process'
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

test.each(commandKinds)('the words of "openstack image %s" reach the client as they are, through a real shell', (kind) => {
  const command = openstackCommands([nasty], kind)
  const seen = execFileSync('sh', ['-c', `openstack() { printf '%s\\0' "$@"; }; ${command}`], {
    env: { HOME: '/nowhere', PATH: process.env.PATH },
  })
  const words = seen.toString().split('\0').slice(0, -1)
  expect(words.slice(0, 2)).toEqual(['image', kind])
  if (kind === 'create' || kind === 'set') {
    expect(words).toContain("k'e y=v=1")
    expect(words).toContain('--tag=-x')
    expect(words).toContain('--property=-p=')
    expect(words).toContain('--protected')
    expect(words.join(' ')).not.toContain('os_glance')
    expect(words).toContain(nasty.name)
  } else expect(words.at(-1)).toBe('i1')
  if (kind === 'save') expect(words[3]).toBe(`a "b", 'c'_d; rm -rf $HOME \`x\`.qcow2`)
})
