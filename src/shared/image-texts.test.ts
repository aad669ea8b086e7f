import { expect, test } from 'vitest'
import type { Image } from './domain.ts'
import { imagesCsv, imagesJson, openstackCommands } from './image-texts.ts'

function sampleImage(change: Partial<Image> = {}): Image {
  return {
    id: 'i1',
    name: 'cirros',
    status: 'active',
    size: 20_700_000,
    virtualSize: null,
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    visibility: 'private',
    owner: 'p-demo',
    protected: false,
    hidden: false,
    minDisk: 0,
    minRam: 0,
    tags: [],
    stores: [],
    checksum: null,
    hashAlgorithm: null,
    hashValue: null,
    createdAt: '2026-11-20T10:00:00Z',
    updatedAt: '2026-11-20T10:00:00Z',
    properties: {},
    ...change,
  }
}

const nasty = sampleImage({
  id: 'i1',
  name: `a "b", 'c'\nd; rm -rf $HOME \`x\``,
  tags: ['t 1', '-x'],
  protected: true,
  minDisk: 3,
  properties: { os_distro: 'debian', "k'e y": 'v=1', os_glance_import_task: 'x', '-p': '' },
})

test('CSV: heads, quotes doubled, and formulas that a spreadsheet does not run', () => {
  const lines = imagesCsv([sampleImage({ name: '=HYPERLINK("x")' }), sampleImage({ name: 'a "b", c', size: null })]).split('\r\n')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toMatch(/^id,name,status,size,/)
  expect(lines[1]).toContain(`i1,"'=HYPERLINK(""x"")",active,20700000,`)
  expect(lines[2]).toContain('i1,"a ""b"", c",active,,')
})

test('JSON of one is an object, of several a list', () => {
  expect(JSON.parse(imagesJson([nasty]))).toMatchObject({
    id: 'i1',
    name: nasty.name,
    properties: nasty.properties,
    read_only: { status: 'active' },
  })
  expect(JSON.parse(imagesJson([nasty, nasty]))).toHaveLength(2)
})

test('one line an image, and a name that looks like an option is none', () => {
  expect(openstackCommands([sampleImage(), sampleImage()], 'show').split('\n')).toHaveLength(2)
  expect(openstackCommands([sampleImage({ name: '--help', protected: false })], 'create')).toMatch(/ -- --help$/)
  const guarded = openstackCommands([sampleImage({ name: 'x', protected: true, hidden: true })], 'create')
  expect(guarded).toMatch(/^openstack image set --protected --hidden "\$\(openstack image create .* -f value -c id x\)"$/)
})
