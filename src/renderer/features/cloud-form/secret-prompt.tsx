import { useEffect, useId, useRef, useState } from 'react'
import type { SecretWord } from '../../../shared/cloud-draft.ts'
import { type SecretKeep, secretKeepSchema } from '../../../shared/cloud-protocol.ts'
import type { Cloud } from '../../../shared/domain.ts'
import { toErrorShape } from '../../../shared/errors.ts'
import { Button } from '../../components/button.tsx'
import { Select } from '../../components/select.tsx'
import { ask, bridge, sentence } from '../../stores/core.ts'
import type { Keeping } from './form-state.ts'
import { keepChoices, keepWords } from './keep-words.ts'

/** The secret of a cloud, to be typed where it is missing. Who may be kept is asked; the others live as long as Glancer. */
export function SecretPrompt({ cloud, word }: { cloud: Cloud; word: SecretWord }) {
  const id = useId()
  const [secret, setSecret] = useState('')
  const [keeping, setKeeping] = useState<Keeping | null>(null)
  const [keep, setKeep] = useState<SecretKeep>('memory')
  const [busy, setBusy] = useState(false)
  // What the person chooses is not overwritten by an answer that comes late.
  const chosen = useRef(false)
  const [problem, setProblem] = useState<string | null>(null)
  const mayKeep = cloud.origin === 'added' && word !== 'passcode'
  useEffect(() => {
    if (!mayKeep) return
    void ask('clouds.keeping', {}).then((found) => {
      if (found !== null) setKeeping(found)
    })
    void ask('clouds.draft', { cloudId: cloud.id }).then((known) => {
      if (known !== null && known.keep !== null && !chosen.current) setKeep(known.keep)
    })
  }, [mayKeep, cloud.id])
  const signIn = async (): Promise<void> => {
    if (secret === '' || busy) return
    setBusy(true)
    setProblem(null)
    try {
      await bridge.call('clouds.signInWith', { cloudId: cloud.id, secret, keep: mayKeep ? keep : 'memory' })
      setSecret('')
    } catch (thrown) {
      setProblem(sentence(toErrorShape(thrown)))
    }
    setBusy(false)
  }
  return (
    <form
      className="secret-prompt"
      onSubmit={(event) => {
        event.preventDefault()
        void signIn()
      }}
    >
      <label className="label" htmlFor={id}>
        {word === 'secret' ? 'Secret of the application credential' : `${word[0]?.toUpperCase()}${word.slice(1)}`}
      </label>
      <div className="prompt-line">
        <input
          id={id}
          type="password"
          className={problem === null ? 'field' : 'field bad'}
          value={secret}
          autoComplete="off"
          spellCheck={false}
          maxLength={65_536}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-words`}
          onChange={(event) => setSecret(event.target.value)}
        />
        {keeping !== null && mayKeep && (
          <Select
            label={`Where the ${word} is kept`}
            className="prompt-keep"
            value={keep}
            choices={keepChoices(keeping)}
            onChange={(value) => {
              chosen.current = true
              const keeps = secretKeepSchema.safeParse(value)
              if (keeps.success) setKeep(keeps.data)
            }}
          />
        )}
        <Button kind="primary" type="submit" disabled={secret === '' || busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </Button>
      </div>
      <p id={`${id}-words`} className={problem === null ? 'small t2' : 'small danger'}>
        {problem ??
          (keeping !== null && mayKeep
            ? keepWords(keep, keeping, bridge.host)
            : 'It stays in memory and is forgotten when Glancer ends; clouds.yaml is not changed.')}
      </p>
    </form>
  )
}
