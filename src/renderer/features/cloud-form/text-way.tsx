import { FileText, Server } from 'lucide-react'
import { type RefObject, useEffect, useId, useRef, useState } from 'react'
import { secretOf } from '../../../shared/cloud-draft.ts'
import { type FoundCloud, PASTE_LIMIT } from '../../../shared/cloud-protocol.ts'
import { Button } from '../../components/button.tsx'
import { Press } from '../../components/part.tsx'
import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { ask, bridge, sentence } from '../../stores/core.ts'
import { HostChooser } from '../host-files/host-chooser.tsx'
import { readText } from './form-actions.ts'
import { type CloudForm, changeForm } from './form-state.ts'

const SETTLE_MS = 200

/** A cloud from a text: pasted, or opened from a file. What was understood is shown before anything is done with it. */
export function TextWay({ form, first }: { form: CloudForm; first: RefObject<HTMLTextAreaElement | null> }) {
  const id = useId()
  const [onHost, setOnHost] = useState(false)
  const own = useRef<HTMLInputElement>(null)
  const { text } = form
  useEffect(() => {
    if (text === '') return
    const timer = setTimeout(() => void readText({ text }), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div className="text-way">
      <div className="text-head">
        <label className="label basis-full" htmlFor={id}>
          An openrc, a clouds.yaml, or a part of one. It is read, never run.
        </label>
        <Button icon={FileText} onClick={() => void openFile(own.current)}>
          Open a file…
        </Button>
        {bridge.host === 'web' && (
          <Button icon={Server} onClick={() => setOnHost(true)}>
            On the machine where Glancer runs…
          </Button>
        )}
      </div>
      <textarea
        ref={first}
        id={id}
        className="field paste mono"
        value={text}
        rows={10}
        spellCheck={false}
        autoComplete="off"
        placeholder={'export OS_AUTH_URL=https://keystone.example.net:5000/v3\nexport OS_USERNAME=…'}
        onChange={(event) => takeText(event.target.value)}
      />
      <input
        ref={own}
        type="file"
        hidden
        aria-label="An openrc or clouds.yaml file"
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file !== undefined) void takeFile(file)
        }}
      />
      <Found form={form} />
      {onHost && (
        <HostChooser
          kind="files"
          start={null}
          onClose={() => setOnHost(false)}
          onFiles={async (folder, names) => {
            setOnHost(false)
            const picked = await ask('files.pick', { folder, names: names.slice(0, 1) })
            await readFileId(picked?.fileIds[0])
          }}
        />
      )}
    </div>
  )
}

function takeText(text: string): void {
  changeForm(() => ({ text, reading: text !== '', ...(text === '' && { read: null }), unread: null }))
}

async function openFile(own: HTMLInputElement | null): Promise<void> {
  if (bridge.host === 'web') return own?.click()
  const chosen = await ask('dialog.chooseFile', { purpose: 'openrc' })
  await readFileId(chosen?.fileId)
}

/** Its text stays with the core: the page sees only what was understood. */
async function readFileId(fileId: string | undefined): Promise<void> {
  if (fileId === undefined) return
  changeForm(() => ({ text: '', reading: true, read: null, unread: null }))
  await readText({ fileId })
}

async function takeFile(file: File): Promise<void> {
  if (file.size > PASTE_LIMIT) {
    const message = `${file.name} is larger than 1 MiB; an openrc or a clouds.yaml is not.`
    changeForm(() => ({ text: '', reading: false, read: null, unread: { code: 'too-large', message } }))
    return
  }
  takeText(await file.text())
}

function Found({ form }: { form: CloudForm }) {
  const { read, unread, chosen, reading } = form
  if (unread !== null) return <p className="hint danger">{sentence(unread)}</p>
  if (read === null)
    return <p className="hint t2">{reading ? 'Reading…' : 'From the dashboard: API Access, Download OpenStack RC File.'}</p>
  return (
    <section className="found" aria-label="What was understood" aria-live="polite">
      {read.clouds.length > 0 && (
        <>
          <h3>{read.clouds.length === 1 ? 'Understood' : `${plural(read.clouds.length, 'cloud')} in it: choose one`}</h3>
          <div role="radiogroup" aria-label="Clouds in the text" className="found-list">
            {read.clouds.map((cloud, index) => (
              <Press
                key={`${cloud.draft.name} ${cloud.draft.region}`}
                role="radio"
                className="found-cloud"
                aria-checked={index === chosen}
                onClick={() => changeForm(() => ({ chosen: index }))}
              >
                <Shape name={index === chosen ? 'dot' : 'dashed'} tone={index === chosen ? 'ok' : 't2'} />
                <span className="medium">{cloud.draft.name}</span>
                <span className="t2 cut">{factsOf(cloud)}</span>
              </Press>
            ))}
          </div>
        </>
      )}
      {read.notes.map(({ line, text: note }) => (
        <p key={`${line} ${note}`} className="hint">
          <Shape name="triangle" tone="warn" />
          <span>
            {line !== null && <span className="medium">Line {line}: </span>}
            {note}
          </span>
        </p>
      ))}
    </section>
  )
}

function factsOf({ draft, secretId, asks }: FoundCloud): string {
  const word = secretOf(draft.method)
  return [
    draft.method === 'none' ? draft.endpoint : draft.authUrl,
    draft.region,
    draft.scope === 'project' && draft.project.value !== '' ? `project ${draft.project.value}` : '',
    word === null ? '' : secretId !== null ? `with its ${word}` : asks ? `asks for the ${word}` : `without a ${word}`,
  ]
    .filter((fact) => fact !== '')
    .join(' · ')
}
