import { useEffect, useRef } from 'react'
import { THIS_COMPUTER } from '../../../shared/domain.ts'
import { remember, remembered } from '../../lib/remembered.ts'
import { feed } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { useCheckToasts } from '../checks/use-check-toasts.ts'
import { ImagesPage } from '../images/images-page.tsx'
import { useShortcuts } from '../palette/use-shortcuts.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { TransfersPage } from '../transfers/transfers-page.tsx'
import { useTransferToasts } from '../transfers/use-transfer-toasts.ts'
import { DropTarget } from '../upload/drop-target.tsx'
import { FileField } from '../upload/file-field.tsx'
import { Notices } from './notices.tsx'
import { Sidebar } from './sidebar.tsx'

export function Shell() {
  useShortcuts()
  useTransferToasts()
  useCheckToasts()
  useShownCloud()
  useVisibility()
  const page = useUi((ui) => ui.page)
  const connection = useData((data) => data.connection)
  return (
    <div className="app">
      <Sidebar />
      <main className="content">
        {connection === 'waiting' && (
          <div className="banner" role="status">
            <span className="medium">Glancer’s host does not answer.</span>{' '}
            <span className="t2">Trying again… What is shown is from before.</span>
          </div>
        )}
        <Notices />
        {page === 'images' && <ImagesPage />}
        {page === 'transfers' && <TransfersPage />}
        {page === 'settings' && <SettingsPage />}
        <DropTarget />
      </main>
      <FileField />
    </div>
  )
}

/** There is always a cloud shown, and it alone is kept live. */
function useShownCloud(): void {
  const cloudId = useUi((ui) => ui.cloudId)
  const clouds = useData((data) => data.clouds)
  const connection = useData((data) => data.connection)
  const shown = clouds.find((cloud) => cloud.id === cloudId)
  const state = shown?.state.kind
  const entry = useRef<string | null>(null)
  useEffect(() => {
    if (shown !== undefined) {
      entry.current = shown.entry
      return
    }
    const last = remembered('cloud')
    // What took its place, or another of its entry, is nearer than where one was before.
    const first =
      clouds.find((cloud) => cloud.entry === entry.current) ??
      clouds.find((cloud) => cloud.id === last) ??
      clouds.find((cloud) => cloud.id === THIS_COMPUTER) ??
      clouds[0]
    useUi.setState({ cloudId: first?.id ?? null })
  }, [clouds, shown])
  useEffect(() => {
    if (cloudId !== null) remember('cloud', cloudId)
  }, [cloudId])
  useEffect(() => {
    if (cloudId !== null && connection === 'connected' && state !== undefined && state !== 'idle') feed.watch(cloudId)
  }, [cloudId, state, connection])
}

/** While the page cannot be seen, no cloud is asked for it. */
function useVisibility(): void {
  useEffect(() => {
    const tell = (): void => feed.setHidden(document.visibilityState === 'hidden')
    tell()
    document.addEventListener('visibilitychange', tell)
    return () => document.removeEventListener('visibilitychange', tell)
  }, [])
}
