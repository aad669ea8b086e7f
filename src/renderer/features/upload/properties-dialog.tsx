import { Plus, X } from 'lucide-react'
import { useRef } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useDraft } from './draft.ts'

let nextId = 1

/** Properties that every image of this upload gets. */
export function PropertiesDialog({ onClose }: { onClose(): void }) {
  const properties = useDraft((draft) => draft.properties)
  const first = useRef<HTMLInputElement>(null)
  const rows = properties.length === 0 ? [{ id: 0, key: '', value: '' }] : properties
  const change = (id: number, part: { key?: string; value?: string }): void => {
    useDraft.setState({ properties: rows.map((row) => (row.id === id ? { ...row, ...part } : row)) })
  }
  return (
    <Dialog title="Properties for all" onClose={onClose} over initialFocus={first}>
      <p className="t2">Set on every image of this upload, such as hw_disk_bus = virtio. The cloud may refuse some.</p>
      {rows.map((row, index) => (
        <div key={row.id} className="proprow">
          <input
            ref={index === 0 ? first : undefined}
            className="field mono"
            aria-label="Property name"
            placeholder="name"
            value={row.key}
            maxLength={255}
            onChange={(event) => change(row.id, { key: event.target.value })}
          />
          <input
            className="field mono"
            aria-label="Property value"
            placeholder="value"
            value={row.value}
            onChange={(event) => change(row.id, { value: event.target.value })}
          />
          <IconButton
            small
            icon={X}
            label="Take out this property"
            onClick={() => useDraft.setState({ properties: properties.filter(({ id }) => id !== row.id) })}
          />
        </div>
      ))}
      <div className="btns">
        <span className="left">
          <Button
            kind="quiet"
            icon={Plus}
            onClick={() => useDraft.setState({ properties: [...rows, { id: nextId++, key: '', value: '' }] })}
          >
            Add property
          </Button>
        </span>
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}
