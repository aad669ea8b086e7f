import { useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { COMMAND } from '../../lib/keys.ts'
import { closeDialog } from '../../stores/ui.ts'

const left: readonly (readonly [string, readonly string[]])[] = [
  ['Find anything', [COMMAND, 'K']],
  ['Search images', ['/']],
  ['Upload', [COMMAND, 'U']],
  ['Download', [COMMAND, 'S']],
  ['Open in inspector', ['Enter']],
  ['Add to selection', ['Space']],
  ['Select all', [COMMAND, 'A']],
  ['Edit', ['E']],
  ['New record', ['N']],
  ['Import from URL', ['I']],
  ['All actions', ['Shift', 'F10']],
  ['Move a column, at its head', ['Alt', '→']],
  ['Its width', ['Shift', '→']],
]
const right: readonly (readonly [string, readonly string[]])[] = [
  ['Copy image id', [COMMAND, 'C']],
  ['Copy SHA-512', [COMMAND, 'Shift', 'C']],
  ['Delete', ['Del']],
  ['Protect, or not', ['Shift', 'P']],
  ['Hide, or show', ['Shift', 'H']],
  ['Deactivate, reactivate', ['Shift', 'D']],
  ['Share', ['Shift', 'S']],
  ['Copy to a cloud', ['Shift', 'C']],
  ['Undo', [COMMAND, 'Z']],
  ['Transfers page', [COMMAND, 'T']],
  ['Next cloud', [COMMAND, '2']],
  ['Project and region', ['O']],
  ['Leave, clear', ['Esc']],
  ['This help', ['?']],
]

const transfers: readonly (readonly [string, readonly string[]])[] = [
  ['Pause, or resume', ['P']],
  ['Start now', ['S']],
  ['Retry', ['R']],
  ['Speed limit', ['L']],
  ['Verify again', ['V']],
  ['Unfold', ['Enter']],
]
const moves: readonly (readonly [string, readonly string[]])[] = [
  ['Move up', ['Alt', '↑']],
  ['Move down', ['Alt', '↓']],
  ['Move to the front', ['Alt', 'Home']],
  ['Add to selection', ['Space']],
  ['Select all', [COMMAND, 'A']],
  ['Cancel, or remove', ['Del']],
]

export function KeyboardHelp() {
  const close = useRef<HTMLButtonElement>(null)
  return (
    <Dialog wide tall title="Keyboard" onClose={closeDialog} initialFocus={close}>
      <div className="kcols">
        <Column of={left} />
        <Column of={right} />
      </div>
      <h3 className="khead">On the transfers page</h3>
      <div className="kcols">
        <Column of={transfers} />
        <Column of={moves} />
      </div>
      <div className="btns">
        <Button ref={close} onClick={closeDialog}>
          Close
        </Button>
      </div>
    </Dialog>
  )
}

function Column({ of: entries }: { of: typeof left }) {
  return (
    <div>
      {entries.map(([what, keys]) => (
        <div key={what} className="kl">
          <span>{what}</span>
          <span className="keys">
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </span>
        </div>
      ))}
    </div>
  )
}
