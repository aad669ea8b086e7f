import { net, powerMonitor, powerSaveBlocker } from 'electron'
import type { App } from '../core/ports.ts'

/** How often the system is asked whether it has a network; Electron's main process has no event for it. */
const NETWORK_CHECK_MS = 5000

/**
 * Tells the core of sleep and of the network, and keeps the machine from falling asleep by itself while transfers run (a closed lid still
 * wins). @returns stops all of it
 */
export function watchPower(app: App): () => void {
  const suspend = (): void => app.setPower('suspend')
  const resume = (): void => app.setPower('resume')
  powerMonitor.on('suspend', suspend)
  powerMonitor.on('resume', resume)

  let online = net.isOnline()
  app.setOnline(online)
  const check = setInterval(() => {
    const now = net.isOnline()
    if (now !== online) app.setOnline(now)
    online = now
  }, NETWORK_CHECK_MS)
  check.unref()

  let blocker: number | null = null
  const stopDeltas = app.onDelta(() => {
    const busy = app.running().length > 0
    if (busy && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!busy) release()
  })
  const release = (): void => {
    if (blocker !== null) powerSaveBlocker.stop(blocker)
    blocker = null
  }
  return () => {
    powerMonitor.off('suspend', suspend)
    powerMonitor.off('resume', resume)
    clearInterval(check)
    stopDeltas()
    release()
  }
}
