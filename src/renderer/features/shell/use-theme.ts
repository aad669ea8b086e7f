import { useEffect } from 'react'
import { remember } from '../../lib/remembered.ts'
import { useData } from '../../stores/data.ts'

/** Keeps the document in the theme of the settings, and remembers it for the first paint of the next start (`public/theme.js`). */
export function useTheme(): void {
  const theme = useData((data) => (data.ready ? data.settings.theme : null))
  useEffect(() => {
    if (theme === null) return
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    remember('theme', theme)
  }, [theme])
}
