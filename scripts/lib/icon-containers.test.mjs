import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeIcns, makeIco } from './icon-containers.mjs'

const resources = new URL('../../resources/', import.meta.url)
const images = [16, 256].map((size) => ({ size, png: Buffer.from(`png of ${size}`) }))

/** Side of a PNG, from its IHDR; throws on anything else. */
function side(png) {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  expect(png.readUInt32BE(16)).toBe(png.readUInt32BE(20))
  return png.readUInt32BE(16)
}

function readIco(file) {
  expect([file.readUInt16LE(0), file.readUInt16LE(2)]).toEqual([0, 1])
  return Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const at = 6 + 16 * index
    const offset = file.readUInt32LE(at + 12)
    expect(file.readUInt16LE(at + 6)).toBe(32)
    return { size: file[at] || 256, png: file.subarray(offset, offset + file.readUInt32LE(at + 8)) }
  })
}

function readIcns(file) {
  expect(file.toString('latin1', 0, 4)).toBe('icns')
  expect(file.readUInt32BE(4)).toBe(file.length)
  const blocks = []
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    blocks.push({ type: file.toString('latin1', at, at + 4), png: file.subarray(at + 8, at + file.readUInt32BE(at + 4)) })
  }
  return blocks
}

test('an ICO holds its images byte for byte', () => {
  expect(readIco(makeIco(images))).toEqual(images)
})

test('an ICNS holds its images byte for byte, under every type of their size', () => {
  expect(readIcns(makeIcns(images)).map(({ type, png }) => [type, String(png)])).toEqual([
    ['icp4', 'png of 16'],
    ['ic08', 'png of 256'],
    ['ic13', 'png of 256'],
  ])
})

test('the committed icons are what their names say', () => {
  const names = readdirSync(new URL('icons/', resources))
  expect(names).toHaveLength(9)
  for (const name of names) expect(`${side(readFileSync(new URL(`icons/${name}`, resources)))}.png`).toBe(name)
  const ico = readIco(readFileSync(new URL('icon.ico', resources)))
  expect(ico.map(({ size }) => size)).toEqual([16, 24, 32, 48, 64, 128, 256])
  for (const { size, png } of ico) expect(side(png)).toBe(size)
  for (const { png } of readIcns(readFileSync(new URL('icon.icns', resources)))) side(png)
})
