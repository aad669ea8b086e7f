import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog, Sheet } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Box, Press } from '../../components/part.tsx'
import { Shape } from '../../components/shape.tsx'
import { COMMAND, commandKey } from '../../lib/keys.ts'
import { closeForm, leaveForm, saveForm, takeFound, testForm } from './form-actions.ts'
import { FormFields } from './form-fields.tsx'
import { type CloudForm, changeForm, useCloudForm } from './form-state.ts'
import { TestReportView } from './test-report.tsx'
import { TextWay } from './text-way.tsx'

const ways = [
  ['form', 'By form'],
  ['text', 'From an openrc or clouds.yaml'],
] as const

/** Adds a cloud, or changes one that was added here. */
export function CloudSheet() {
  const form = useCloudForm((state) => state.form)
  return form === null ? null : <OpenSheet form={form} />
}

function OpenSheet({ form }: { form: CloudForm }) {
  const { way, cloudId, from, name, report, refused, leaving } = form
  const firstField = useRef<HTMLInputElement>(null)
  const firstText = useRef<HTMLTextAreaElement>(null)
  const outcome = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (report !== null) outcome.current?.scrollIntoView({ block: 'end' })
  }, [report])
  const general = refused !== null && refused.field === null && report?.error !== refused.error ? refused.error : null
  return (
    <Sheet
      className="cloud-sheet"
      title={cloudId !== null ? 'Edit the cloud' : from !== null ? 'Add a copy' : 'Add a cloud'}
      initialFocus={way === 'form' ? firstField : firstText}
      onClose={leaveForm}
      head={
        <>
          {name !== null && <span className="medium cut">{from === null ? name : `of ${name}`}</span>}
          {cloudId === null && from === null && <WayChoice way={way} />}
          <span className="grow" />
          <IconButton icon={X} label="Close" keys="Esc" onClick={leaveForm} />
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the key saves from every field inside */}
      <div
        className="contents"
        onKeyDown={(event) => {
          if (!commandKey(event) || event.key !== 'Enter') return
          event.preventDefault()
          if (way === 'form') void saveForm()
          else takeFound()
        }}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard */}
        <section className="edit-body" aria-label="Settings of the cloud" tabIndex={0}>
          {way === 'form' ? <FormFields form={form} first={firstField} /> : <TextWay form={form} first={firstText} />}
          {way === 'form' && (
            <div ref={outcome}>
              {report !== null && <TestReportView report={report} asked={null} />}
              {general !== null && (
                <div className="test-report">
                  <ErrorFacts error={general} />
                </div>
              )}
            </div>
          )}
        </section>
        {way === 'form' ? <FormFoot form={form} /> : <TextFoot form={form} />}
      </div>
      {leaving && <LeaveDialog />}
    </Sheet>
  )
}

function WayChoice({ way }: { way: CloudForm['way'] }) {
  return (
    <Box className="seg" role="radiogroup" aria-label="How to add it">
      {ways.map(([value, label]) => (
        <Press key={value} role="radio" aria-checked={way === value} onClick={() => changeForm(() => ({ way: value }))}>
          {label}
        </Press>
      ))}
    </Box>
  )
}

function FormFoot({ form }: { form: CloudForm }) {
  const { busy, report, cloudId, refused } = form
  return (
    <div className="sheet-foot">
      <div className="grow small" role="status">
        {busy === 'testing' ? (
          <span className="status t2">
            <Shape name="spinner" />
            Testing, for half a minute at most
          </span>
        ) : report?.ok === true ? (
          <span className="status">
            <Shape name="tick" tone="ok" />
            It works: signed in, and images can be listed.
          </span>
        ) : refused !== null ? (
          <span className="danger">{refused.error.message}</span>
        ) : (
          <span className="t2">A test asks the cloud and keeps nothing.</span>
        )}
      </div>
      <Button onClick={leaveForm}>Cancel</Button>
      <Button disabled={busy !== null} onClick={() => void testForm()}>
        Test connection
      </Button>
      <Button kind="primary" title={`${COMMAND} Enter`} disabled={busy !== null} onClick={() => void saveForm()}>
        {busy === 'saving' ? 'Saving…' : cloudId === null ? 'Add and sign in' : 'Save and sign in'}
      </Button>
    </div>
  )
}

function TextFoot({ form }: { form: CloudForm }) {
  const count = form.read?.clouds.length ?? 0
  return (
    <div className="sheet-foot">
      <div className="grow small t2" role="status">
        {form.read !== null && count === 0 ? 'No cloud was understood.' : 'Nothing is added yet: the form shows it first.'}
      </div>
      <Button onClick={leaveForm}>Cancel</Button>
      <Button kind="primary" disabled={count === 0 || form.reading} title={`${COMMAND} Enter`} onClick={takeFound}>
        Continue
      </Button>
    </div>
  )
}

function LeaveDialog() {
  const stay = useRef<HTMLButtonElement>(null)
  const onStay = (): void => changeForm(() => ({ leaving: false }))
  return (
    <Dialog title="Give up what you typed?" onClose={onStay} over initialFocus={stay}>
      <p>Nothing of it is kept.</p>
      <div className="btns">
        <Button onClick={closeForm}>Give up</Button>
        <Button ref={stay} kind="primary" onClick={onStay}>
          Keep editing
        </Button>
      </div>
    </Dialog>
  )
}
