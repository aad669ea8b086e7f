import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Dialog, Sheet } from '../../components/dialog.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Shape } from '../../components/shape.tsx'
import { COMMAND, commandKey } from '../../lib/keys.ts'
import { plural } from '../../lib/plural.ts'
import { useCloud, useData, useImage } from '../../stores/data.ts'
import { imageLabel } from '../images/image-label.ts'
import { EditFields } from './edit-fields.tsx'
import { canSave, changeSession, closeEdit, type EditSession, hearOf, isGone, saveEdit, useEditSession } from './edit-session.ts'
import { changesOf, conflictsOf, countOf, isDirty } from './edit-state.ts'
import { NewRecordFacts } from './new-record-facts.tsx'
import { PropertyEditor } from './property-editor.tsx'

export function EditSheet() {
  const session = useEditSession((state) => state.session)
  return session === null ? null : <OpenSheet session={session} />
}

function OpenSheet({ session }: { session: EditSession }) {
  const { cloudId, imageId, edit, saving, refused, leaving, create } = session
  const cloud = useCloud(cloudId)
  const live = useImage(cloudId, imageId)
  const list = useData((data) => data.images[cloudId]?.state)
  const first = useRef<HTMLTextAreaElement>(null)
  const dirty = isDirty(edit)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state of the list tells when an image that is not in it is gone
  useEffect(() => {
    if (create !== null) return
    if (live !== undefined) hearOf(live)
    else if (isGone(cloudId, imageId)) hearOf(null)
  }, [live, list, cloudId, imageId, create])
  useEffect(() => {
    if (!dirty) return
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', stay)
    return () => removeEventListener('beforeunload', stay)
  }, [dirty])
  const leave = (): void => (dirty && !saving ? changeSession({ leaving: true }) : closeEdit())
  return (
    <Sheet
      className="edit-sheet"
      title={create === null ? 'Edit' : 'New record'}
      initialFocus={first}
      onClose={leave}
      head={
        <>
          <span className="medium cut">{create === null ? imageLabel(edit.latest) : `in ${cloud?.name ?? ''}, without data`}</span>
          <span className="grow" />
          <IconButton icon={X} label="Close" keys="Esc" onClick={leave} />
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the key saves from every field inside */}
      <div
        className="contents"
        onKeyDown={(event) => {
          if (!commandKey(event) || (event.key !== 'Enter' && event.key.toLowerCase() !== 's')) return
          event.preventDefault()
          void saveEdit()
        }}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard */}
        <section className="edit-body" aria-label="Fields" tabIndex={0}>
          {edit.gone && <Gone session={session} />}
          {create !== null && <NewRecordFacts create={create} cloud={cloud} />}
          <EditFields session={session} nameRef={first} />
          <PropertyEditor session={session} />
          {refused !== null && refused.field === null && (
            <div className="edit-refused">
              <p className="medium danger status">
                <Shape name="stop" tone="danger" /> {create === null ? 'Not saved' : 'Not created'}
              </p>
              <ErrorFacts error={refused.error} />
            </div>
          )}
        </section>
        <Foot session={session} onLeave={leave} />
      </div>
      {leaving && <LeaveDialog count={countOf(edit)} />}
    </Sheet>
  )
}

function Foot({ session, onLeave }: { session: EditSession; onLeave(): void }) {
  const { edit, saving, refused, create } = session
  const count = countOf(edit)
  const conflicts = conflictsOf(edit).size
  return (
    <div className="sheet-foot">
      <div className="grow small" role="status">
        {conflicts > 0 ? (
          <span className="warn">Somebody else changed {plural(conflicts, 'field')} that you changed too: choose whose to keep.</span>
        ) : refused !== null && refused.field !== null ? (
          <span className="danger">Not saved: the cloud refused one of the changes. None of them was made.</span>
        ) : (
          <span className="t2">
            {create !== null
              ? 'Data can be uploaded or imported into it later, by any client.'
              : count === 0
                ? 'Nothing is changed yet.'
                : 'Only what you changed is sent.'}
          </span>
        )}
      </div>
      <Button onClick={onLeave}>Cancel</Button>
      <Button
        kind="primary"
        title={`Save (${COMMAND} Enter)`}
        disabled={(count === 0 && create === null) || saving || !canSave(session)}
        onClick={() => void saveEdit()}
      >
        {create !== null
          ? saving
            ? 'Creating…'
            : 'Create'
          : saving
            ? 'Saving…'
            : count === 0
              ? 'Save'
              : `Save ${plural(count, 'change')}`}
      </Button>
    </div>
  )
}

/** The image is there no more: what was typed can still be taken along. */
function Gone({ session }: { session: EditSession }) {
  return (
    <div className="finding danger edit-gone">
      <div>
        <p className="medium">This image was deleted meanwhile.</p>
        <p className="more">Nothing can be saved to it any more. What you typed is still here, and can be copied.</p>
      </div>
      <CopyButton text={JSON.stringify(changesOf(session.edit).changes, null, 2)} what="your changes as JSON" />
    </div>
  )
}

function LeaveDialog({ count }: { count: number }) {
  const stay = useRef<HTMLButtonElement>(null)
  const onStay = (): void => changeSession({ leaving: false })
  return (
    <Dialog title={`Give up ${plural(count, 'change')}?`} onClose={onStay} over initialFocus={stay}>
      <p>Nothing of it was sent to the cloud.</p>
      <div className="btns">
        <Button onClick={closeEdit}>Give up</Button>
        <Button ref={stay} kind="primary" onClick={onStay}>
          Keep editing
        </Button>
      </div>
    </Dialog>
  )
}
