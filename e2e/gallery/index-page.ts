import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { galleryFolder, pictureName, themes, widths } from './camera.ts'

/** Playwright runs this after the last picture: one page with all of them, side by side. */
export default async function writeIndex(): Promise<void> {
  const files = await readdir(galleryFolder)
  const taken = new Map<string, number>()
  for (const file of files) {
    const screen = /^(.+)_\d+_(?:light|dark)\.png$/.exec(file)?.[1]
    if (screen === undefined) continue
    const { mtimeMs } = await stat(join(galleryFolder, file))
    taken.set(screen, Math.max(mtimeMs, taken.get(screen) ?? 0))
  }
  const screens = [...taken.keys()].sort()
  const sections = screens.map((screen) => {
    const pictures = widths.flatMap((width) =>
      themes.map((theme) => {
        const file = pictureName(screen, width, theme)
        return `<figure><a href="${file}"><img src="${file}" loading="lazy" alt="${screen}, ${width} px, ${theme}"></a><figcaption>${width} px, ${theme}</figcaption></figure>`
      }),
    )
    return `<section id="${screen}"><h2>${screen.replaceAll('-', ' ')}</h2><div>${pictures.join('\n')}</div></section>`
  })
  const links = screens.map((screen) => `<a href="#${screen}">${screen.replaceAll('-', ' ')}</a>`)
  await writeFile(
    join(galleryFolder, 'index.html'),
    `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Glancer: every screen</title><style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 24px; color-scheme: light dark }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px }
section > div { display: grid; grid-template-columns: 8fr 8fr 5fr 5fr; gap: 12px; align-items: start }
figure { margin: 0 } img { width: 100%; border: 1px solid #8886 } figcaption { font-size: 12px; opacity: .7 }
</style></head><body><h1>Glancer: every screen</h1><nav>${links.join('')}</nav>
${sections.join('\n')}
</body></html>
`,
  )
}
