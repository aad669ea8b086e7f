// npm run icons: makes every icon file from the two drawings in resources/. The results are committed, so that a build needs no renderer.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { makeIcns, makeIco } from './lib/icon-containers.mjs'
import { root } from './lib/setup.mjs'

const resources = join(root, 'resources')
const full = readFileSync(join(resources, 'icon.svg'), 'utf8')
// Drawn for few pixels: heavier lines, no detail that would blur.
const small = readFileSync(join(resources, 'icon-small.svg'), 'utf8')

const images = [16, 24, 32, 48, 64, 128, 256, 512, 1024].map((size) => ({ size, png: render(size <= 32 ? small : full, size) }))

mkdirSync(join(resources, 'icons'), { recursive: true })
for (const { size, png } of images) writeFileSync(join(resources, 'icons', `${size}.png`), png)
writeFileSync(join(resources, 'icon.ico'), makeIco(images.filter(({ size }) => size <= 256)))
writeFileSync(join(resources, 'icon.icns'), makeIcns(images))

function render(svg, size) {
  return new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng()
}
