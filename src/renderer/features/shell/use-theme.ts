import { useEffect } from 'react'
import { useData } from '../../stores/data.ts'

const KEY = 'glancer.theme'

/** Keeps the document in the theme of the settings, and remembers it for the first paint of the next start (`public/theme.js`). */
export function useTheme(): void {
  const theme = useData((data) => (data.ready ? data.settings.theme : null))
  useEffect(() => {
    if (theme === null) return
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    try {
      localStorage.setItem(KEY, theme)
    } catch {
      // Without storage the next start shows the system's theme until the settings come.
    }
  }, [theme])
}
