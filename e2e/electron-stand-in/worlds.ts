import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { cloneCodec } from './clone.ts'
import type { Names } from './messages.ts'

/** The name of the preload's world, as Electron names it. */
export const PRELOAD_WORLD = 'Electron Isolated Context'

export interface Scripts {
  names: Names
  /** Runs in the page's world before the page's scripts; null without context isolation. */
  main: string | null
  /** Runs after it in the preload's world. */
  preload: string
}

/** The source of a file of `page/`, as a script that declares its functions. */
function script(name: string): string {
  return stripTypeScriptTypes(readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8')).replace(/^export /gm, '')
}

/** The scripts with which a window's page starts, around the app's own preload. */
export function worldScripts(preloadFile: string, contextIsolation: boolean): Scripts {
  const secret = randomUUID()
  const names: Names = { binding: `post ${secret}`, receive: `receive ${secret}`, files: `files ${secret}` }
  const [toMain, toPreload] = [JSON.stringify(`main ${secret}`), JSON.stringify(`preload ${secret}`)]
  const wall = contextIsolation ? `(before) => membrane(${toMain}, ${toPreload}, before)` : 'null'
  return {
    names,
    main: contextIsolation
      ? `{ ${script('membrane.ts')}\nif (window === window.top) membrane(${toPreload}, ${toMain}, () => null) }`
      : null,
    preload: `{ ${script('membrane.ts')}\n${script('isolated-world.ts')}
isolatedWorld((${cloneCodec})(), ${JSON.stringify(names)}, ${wall}, (require, module, exports) => {
${readFileSync(preloadFile, 'utf8')}
}) }`,
  }
}
