import type { PreloadBridge } from '../shared/bridge.ts'

declare global {
  interface Window {
    /** Put there by the preload; absent in an ordinary browser. */
    readonly glancer?: PreloadBridge
  }
}
