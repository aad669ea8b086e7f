import { describe, expect, test } from 'vitest'
import { findings, innerHint, proposeImageName } from './index.ts'
import { type Found, reportOf } from './report.ts'
import { codes, said } from './testing.ts'

const qcow2 = reportOf({ format: 'qcow2', label: 'qcow2 v3', glanceDiskFormat: 'qcow2', virtualSize: 20_000_000_000 })
const xz = reportOf({
  format: 'xz',
  label: 'xz',
  glanceContainerFormat: 'compressed',
  compressed: { method: 'xz', decompressedSize: 10, innerHint: null },
})

describe('what is chosen against what the bytes say', () => {
  test('named raw and chosen raw, but qcow2', () => {
    expect(said(qcow2, 'webapp-golden-2026-11.raw', { diskFormat: 'raw' })).toEqual([
      {
        severity: 'warn',
        code: 'format-differs',
        title: 'Named .raw, but its first bytes say qcow2.',
        detail: 'Registered as raw it would be stored without complaint and would not boot.',
        fix: { label: 'Use qcow2', diskFormat: 'qcow2' },
      },
    ])
  })

  test('named raw, and chosen as what it is: a note', () => {
    expect(said(qcow2, 'webapp-golden-2026-11.raw')).toEqual([
      {
        severity: 'note',
        code: 'name-differs',
        title: 'Named .raw, but its first bytes say qcow2.',
        detail: 'It goes up as qcow2.',
      },
    ])
  })

  test.each(['disk.img', 'disk.bin', 'disk', 'disk.qcow2', 'DISK.QCOW2'])('%s as qcow2: nothing to say', (fileName) => {
    expect(said(qcow2, fileName)).toEqual([])
  })

  test('chosen as another format than the name and the bytes say', () => {
    expect(said(qcow2, 'disk.qcow2', { diskFormat: 'vmdk' })).toMatchObject([
      { severity: 'warn', title: 'Chosen as vmdk, but its first bytes say qcow2.', fix: { diskFormat: 'qcow2' } },
    ])
  })

  test('a format that the cloud does not list', () => {
    const chosen = { fileName: 'a.qcow2', size: 512, diskFormat: 'qcow2', containerFormat: 'bare' }
    expect(findings(qcow2, { ...chosen, cloudDiskFormats: ['raw', 'iso'] })).toMatchObject([
      { severity: 'warn', code: 'not-offered', title: 'This cloud does not list qcow2.', detail: 'It takes raw, iso.' },
    ])
    expect(findings(qcow2, { ...chosen, cloudDiskFormats: ['raw', 'qcow2'] })).toEqual([])
    expect(findings(qcow2, { ...chosen, cloudDiskFormats: [] })).toEqual([])
  })

  test.each(['compressed', 'ova', 'aki'])('container %s for a bare disk', (containerFormat) => {
    expect(said(qcow2, 'a.qcow2', { containerFormat })).toMatchObject([{ severity: 'warn', fix: { containerFormat: 'bare' } }])
  })
})

describe('compressed files', () => {
  test('in a container of that name: a note', () => {
    expect(said(xz, 'a.raw.xz')).toMatchObject([
      { severity: 'note', title: 'Compressed. Glance keeps what it gets, so it is stored as it is.' },
    ])
  })

  test('as bare: a warning that names what is inside, as far as that is known', () => {
    const [bare] = said(xz, 'a.raw.xz', { containerFormat: 'bare' })
    expect(bare).toMatchObject({ severity: 'warn', code: 'compressed', fix: { containerFormat: 'compressed' } })
    expect(bare?.detail).toContain('the raw is inside')
    expect(said(xz, 'a.xz', { containerFormat: 'bare' })[0]?.detail).not.toContain('inside')
  })
})

test('what refuses stands alone; the rest is sorted, the gravest first', () => {
  const delta: Found = {
    ...qcow2,
    details: { backingFile: '/var/lib/libvirt/images/base-2026.qcow2', corrupt: true, encrypted: true },
  }
  expect(said(reportOf(delta), 'build-runner-delta.qcow2', { diskFormat: 'raw' })).toEqual([
    {
      severity: 'refuse',
      code: 'backing-file',
      title: 'It holds only the differences to /var/lib/libvirt/images/base-2026.qcow2.',
      detail: 'A cloud cannot reach that file, so the image would be incomplete. Make it whole first, then add the new file:',
      fix: {
        label: 'Copy command',
        command: 'qemu-img convert -O qcow2 build-runner-delta.qcow2 build-runner-delta-whole.qcow2',
      },
    },
  ])
  const hurt = reportOf({ ...qcow2, details: { truncated: true, corrupt: true, absurdSize: true, damaged: 'So it is.', encrypted: true } })
  expect(codes(said(hurt, 'a.raw'))).toEqual(['corrupt', 'truncated', 'damaged', 'absurd-size', 'encrypted', 'name-differs'])
})

describe('commands for the shell', () => {
  test.each([
    ['a.qcow2', 'a.qcow2 a-whole.qcow2'],
    ['DISK.QCOW2', 'DISK.QCOW2 DISK-whole.qcow2'],
    ['two words.img', "'two words.img' 'two words.qcow2'"],
    ["it's.qcow2", "'it'\\''s.qcow2' 'it'\\''s-whole.qcow2'"],
    ['-o.qcow2', './-o.qcow2 ./-o-whole.qcow2'],
    ['nbd:host.qcow2', './nbd:host.qcow2 ./nbd:host-whole.qcow2'],
    ['$(rm -rf ~).qcow2', "'$(rm -rf ~).qcow2' '$(rm -rf ~)-whole.qcow2'"],
    ['`x`\n.qcow2', "'`x`\n.qcow2' '`x`.qcow2'"],
  ])('%j', (fileName, words) => {
    const delta = reportOf({ ...qcow2, details: { backingFile: 'base' } })
    expect(said(delta, fileName)[0]?.fix?.command).toBe(`qemu-img convert -O qcow2 ${words}`)
  })
})

test.each([
  ['ubuntu-24.10-server-cloudimg-amd64.qcow2', 'ubuntu-24.10-server-cloudimg-amd64'],
  ['fedora-coreos-42.20261025.3.0-openstack.x86_64.qcow2.xz', 'fedora-coreos-42.20261025.3.0-openstack.x86_64'],
  ['debian-13.2.0-amd64-netinst.iso', 'debian-13.2.0-amd64-netinst'],
  ['.qcow2', '.qcow2'],
  ['  ', 'image'],
  ['archive.tar.gz', 'archive.tar'],
  [`${'ü'.repeat(300)}.raw`, 'ü'.repeat(255)],
])('%s is proposed as %s', (fileName, name) => {
  expect(proposeImageName(fileName)).toBe(name)
})

test.each([
  ['a.qcow2.xz', 'qcow2'],
  ['a.img.gz', 'raw'],
  ['a.ova.gz', null],
  ['a.xz', null],
  ['a.qcow2', null],
])('%s is taken to hold %s', (fileName, format) => {
  expect(innerHint(fileName)).toBe(format)
})
