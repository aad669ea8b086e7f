import { X } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { useUi } from '../../stores/ui.ts'

/** Where the inspector lies over the table, it can be closed. */
export function ClosePeek() {
  return (
    <span className="narrow-only">
      <IconButton icon={X} label="Close the inspector" keys="Esc" onClick={() => useUi.setState({ peek: false })} />
    </span>
  )
}
