import { ChevronDown, ChevronUp, Maximize2 } from 'lucide-react'
import { Button, IconButton } from '../../components/button.tsx'
import { COMMAND } from '../../lib/keys.ts'
import { plural } from '../../lib/plural.ts'
import { useData } from '../../stores/data.ts'
import { goTo, useUi } from '../../stores/ui.ts'
import { clearDone } from './actions.ts'
import { PauseAll } from './pause-all.tsx'
import { Rates } from './rates.tsx'
import { TransferRow } from './transfer-row.tsx'
import { useGroupedIds } from './use-grouped-ids.ts'
import { counted, groups } from './words.ts'

/** So many rows stand in the tray, those that need somebody first: thousands would hold up the table above it. */
const ROWS = 100

/** Toasts stand above the tray, however tall it is. */
function tellHeight(tray: HTMLElement | null): (() => void) | undefined {
  if (tray === null) return undefined
  const root = document.documentElement
  const observer = new ResizeObserver(() => root.style.setProperty('--tray-height', `${tray.offsetHeight}px`))
  observer.observe(tray)
  return () => {
    observer.disconnect()
    root.style.removeProperty('--tray-height')
  }
}

/** The transfers under the table. Absent while there are none. */
export function Tray() {
  const ids = useGroupedIds()
  const words = useData((data) => counted(data.transfers.values()))
  const done = ids.done.length > 0
  const folded = useUi((ui) => ui.trayFolded)
  const all = groups.flatMap((group) => ids[group])
  if (all.length === 0) return null
  return (
    <section ref={tellHeight} className={folded ? 'tray folded' : 'tray'} aria-label="Transfers">
      <div className="tray-head small">
        <span className="strong">Transfers</span>
        <span className="t2 cut">{words}</span>
        <span className="grow" />
        <Rates />
        <PauseAll small />
        {done && (
          <Button kind="quiet" small onClick={() => void clearDone()}>
            Clear done
          </Button>
        )}
        <IconButton small icon={Maximize2} label="Open as a page" keys={`${COMMAND} T`} onClick={() => goTo('transfers')} />
        <IconButton
          small
          icon={folded ? ChevronUp : ChevronDown}
          label={folded ? 'Unfold the transfers' : 'Fold away'}
          aria-expanded={!folded}
          onClick={() => useUi.setState({ trayFolded: !folded })}
        />
      </div>
      {!folded && (
        <ul className="tray-list">
          {all.slice(0, ROWS).map((id) => (
            <TransferRow key={id} id={id} />
          ))}
          {all.length > ROWS && (
            <li className="tray-more small">
              <button type="button" className="link" onClick={() => goTo('transfers')}>
                {plural(all.length - ROWS, 'more transfer')} on their page
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  )
}
