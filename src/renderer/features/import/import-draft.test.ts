import { describe, expect, it } from 'vitest'
import { rowsFrom } from './import-draft.ts'

const web = (text: string, edits = new Map()) => rowsFrom(text, 'web-download', edits)

describe('pasted addresses', () => {
  it('one a line, each once, blank lines left out; the ending tells the format', () => {
    const rows = web('https://e.org/debian-13.qcow2\n\n  https://e.org/b.iso \r\nhttps://e.org/debian-13.qcow2')
    expect(rows.map(({ name, diskFormat, problem }) => [name, diskFormat, problem])).toEqual([
      ['debian-13', 'qcow2', null],
      ['b', 'iso', null],
    ])
  })
  it('.img tells nothing: a person has to choose', () => {
    const [row] = web('https://e.org/noble-server.img')
    expect(row).toMatchObject({ name: 'noble-server', diskFormat: null, problem: expect.stringContaining('Choose the disk format') })
    const [chosen] = web('https://e.org/noble-server.img', new Map([['https://e.org/noble-server.img', { diskFormat: 'qcow2' }]]))
    expect(chosen).toMatchObject({ diskFormat: 'qcow2', problem: null })
  })
  it('names what is no address, and what is packed', () => {
    expect(web('debian')[0]?.problem).toMatch(/http/)
    expect(web('https://e.org/a.qcow2.xz')[0]).toMatchObject({ name: 'a.qcow2.xz', warning: expect.stringContaining('packed') })
  })
  it('an empty name is refused', () => {
    expect(web('https://e.org/a.iso', new Map([['https://e.org/a.iso', { name: ' ' }]]))[0]?.problem).toMatch(/needs a name/)
  })
  it('takes no more than 1,000', () => {
    expect(web(Array.from({ length: 1200 }, (_, index) => `https://e.org/${index}.iso`).join('\n'))).toHaveLength(1000)
  })
  it('from another region: ids of images', () => {
    const rows = rowsFrom('b4b1f8c6-1c3d-4a55-9d39-0a3f6a0a7a11\nnonsense', 'glance-download', new Map())
    expect(rows.map((row) => row.problem)).toEqual([null, 'This is not the id of an image.'])
  })
})
