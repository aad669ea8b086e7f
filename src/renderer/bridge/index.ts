import type { Bridge } from './bridge.ts'
import { createElectronBridge } from './electron.ts'
import { createWebBridge } from './web.ts'

/** The bridge of whichever host shows this page. */
export const bridge: Bridge = window.glancer === undefined ? createWebBridge() : createElectronBridge(window.glancer)
