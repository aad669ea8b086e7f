import { clsx } from 'clsx'
import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { ask, bridge } from '../../stores/core.ts'
import { HostChooser, joinPath } from '../host-files/host-chooser.tsx'
import { FieldNote } from './field-note.tsx'
import { type CloudForm, leaveField, noteFor, setField } from './form-state.ts'

interface FileInputProps {
  form: CloudForm
  field: 'caFile' | 'certFile' | 'keyFile'
  label: string
  placeholder: string
}

/** The path of a certificate or key on the machine where Glancer runs: typed, or chosen. */
export function FileInput({ form, field, label, placeholder }: FileInputProps) {
  const id = useId()
  const [choosing, setChoosing] = useState(false)
  const note = noteFor(form, field)
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="folderline">
        <input
          id={id}
          data-field={field}
          className={clsx('field', note !== null && 'bad')}
          value={form.draft[field]}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          maxLength={2048}
          aria-invalid={note !== null}
          aria-describedby={`${id}-note`}
          onChange={(event) => setField(field, event.target.value)}
          onBlur={(event) => leaveField(field, event.target.value)}
        />
        <Button aria-label={`Choose the file: ${label}`} onClick={() => void choose(field, () => setChoosing(true))}>
          Choose…
        </Button>
      </div>
      <FieldNote id={`${id}-note`} note={note} />
      {choosing && (
        <HostChooser
          kind="files"
          start={null}
          onClose={() => setChoosing(false)}
          onFiles={(folder, [name]) => {
            setChoosing(false)
            if (name !== undefined) setField(field, joinPath(folder, name))
          }}
        />
      )}
    </div>
  )
}

/** By the system's dialog in Electron, by the folders of the host in a browser. */
async function choose(field: FileInputProps['field'], onHost: () => void): Promise<void> {
  if (bridge.host === 'web') return onHost()
  const chosen = await ask('dialog.chooseFile', { purpose: 'certificate' })
  if (chosen !== null) setField(field, chosen.path)
}
