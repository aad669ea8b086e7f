import { nativeTheme } from 'electron'
import type { App } from '../core/ports.ts'
import { snapshotSchema } from '../shared/protocol.ts'

const withTheme = snapshotSchema.pick({ settings: true })

/** Keeps what the system draws (title bar, dialogs, menus) in the theme of the settings. @returns ends it */
export function followTheme(app: App): () => void {
  const stop = app.onDelta(({ settings }) => {
    if (settings) nativeTheme.themeSource = settings.theme
  })
  void app.call('app.snapshot', {}).then((answer) => {
    const snapshot = withTheme.safeParse(answer.ok ? answer.value : null)
    if (snapshot.success) nativeTheme.themeSource = snapshot.data.settings.theme
  })
  return stop
}
