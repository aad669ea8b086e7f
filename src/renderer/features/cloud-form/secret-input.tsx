import { clsx } from 'clsx'
import { Eye, EyeOff } from 'lucide-react'
import { useId, useState } from 'react'
import { type SecretWord, secretOf } from '../../../shared/cloud-draft.ts'
import { secretKeepSchema } from '../../../shared/cloud-protocol.ts'
import { IconButton } from '../../components/button.tsx'
import { Select } from '../../components/select.tsx'
import { bridge } from '../../stores/core.ts'
import { FieldNote } from './field-note.tsx'
import { type CloudForm, changeForm, noteFor, setSecret } from './form-state.ts'
import { keepChoices, keepWords } from './keep-words.ts'

const labels: Readonly<Record<SecretWord, string>> = {
  password: 'Password',
  secret: 'Secret',
  token: 'Token',
  passcode: 'Passcode',
}

/** The secret, and where it is kept. One that the core knows already is never shown, only said to be there. */
export function SecretInput({ form }: { form: CloudForm }) {
  const id = useId()
  const [shown, setShown] = useState(false)
  const word = secretOf(form.draft.method)
  if (word === null) return null
  const { secret, keep, keeping } = form
  const note = noteFor(form, 'secret')
  const label = form.draft.method === 'none' ? 'Token, if it takes one' : labels[word]
  const held = { known: 'Known: leave it empty to use it on', found: 'From the text that was read', none: '', typed: '' }[secret.kind]
  const choices = keepChoices(keeping)
  const passing = word === 'passcode'
  return (
    <>
      <div>
        <label className="label" htmlFor={id}>
          {label}
        </label>
        <div className="secret-line">
          <input
            id={id}
            data-field="secret"
            type={shown ? 'text' : 'password'}
            className={clsx('field', note !== null && 'bad')}
            value={secret.kind === 'typed' ? secret.secret : ''}
            placeholder={held !== '' ? held : passing ? 'The present one' : 'Can be typed later'}
            autoComplete="new-password"
            spellCheck={false}
            maxLength={65_536}
            aria-invalid={note !== null}
            aria-describedby={`${id}-note ${id}-keep`}
            onChange={(event) => setSecret({ kind: 'typed', secret: event.target.value })}
          />
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={shown ? `Hide the ${word}` : `Show the ${word}`}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        </div>
        <FieldNote id={`${id}-note`} note={note} />
      </div>
      <div>
        <span className="label" aria-hidden="true">
          {passing ? 'A passcode is good once' : `The ${word}`}
        </span>
        {!passing && (
          <Select
            label={`Where the ${word} is kept`}
            value={keep}
            choices={choices}
            onChange={(value) => {
              const chosen = secretKeepSchema.safeParse(value)
              if (chosen.success) changeForm(() => ({ keep: chosen.data, changed: true }))
            }}
          />
        )}
        <p id={`${id}-keep`} className="hint t2">
          {passing ? 'It is asked for at each sign-in, and never kept. A test uses it up.' : keepWords(keep, keeping, bridge.host)}
        </p>
      </div>
    </>
  )
}
