import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { useEffect } from 'react'
import { Toasts } from './components/toasts.tsx'
import { Dialogs } from './features/shell/dialogs.tsx'
import { NoSession } from './features/shell/no-session.tsx'
import { Shell } from './features/shell/shell.tsx'
import { useTheme } from './features/shell/use-theme.ts'
import { watchHandedOver } from './features/upload/handed-over.ts'
import { useData } from './stores/data.ts'

export function App() {
  useTheme()
  useEffect(watchHandedOver, [])
  const connection = useData((data) => data.connection)
  const ready = useData((data) => data.ready)
  return (
    // The page's policy takes no style elements; the parts that would bring one are styled in the style sheets.
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={500}>
        {connection === 'refused' ? <NoSession /> : ready ? <Shell /> : <NotReady waiting={connection === 'waiting'} />}
        {ready && connection !== 'refused' && <Dialogs />}
        <Toasts />
      </Tooltip.Provider>
    </CSPProvider>
  )
}

function NotReady({ waiting }: { waiting: boolean }) {
  return (
    <main className="whole empty" aria-busy="true">
      {waiting && (
        <>
          <h1 className="text-title strong">Glancer’s host does not answer</h1>
          <p>Trying again… If Glancer was closed, start it anew and open the address that it prints.</p>
        </>
      )}
    </main>
  )
}
