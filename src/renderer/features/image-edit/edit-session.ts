import { create } from 'zustand'
import type { Image } from '../../../shared/domain.ts'
import { type ErrorShape, toErrorShape } from '../../../shared/errors.ts'
import type { ImageChanges, KnownProperty, NewRecord } from '../../../shared/image-protocol.ts'
import { toast, toastFailure } from '../../components/toasts.tsx'
import { plural } from '../../lib/plural.ts'
import { bridge, sentence } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { showImage } from '../../stores/ui.ts'
import { offerUndo } from '../../stores/undo.ts'
import { imageLabel } from '../images/image-label.ts'
import { changesOf, conflictsOf, type Edit, heard, inverse, problemsOf, startEdit } from './edit-state.ts'
import { blankImage, duplicate, newRecord } from './new-record.ts'

/** What the sheet of one image is doing. */
export interface EditSession {
  /** Counted: an answer that comes late for one that was closed does not touch the next. */
  number: number
  cloudId: string
  imageId: string
  edit: Edit
  saving: boolean
  /** What the cloud refused: `field` as in `problemsOf`, `properties` for all of them, null for none by itself. */
  refused: { field: string | null; error: ErrorShape } | null
  /** Asked whether to give up what was typed. */
  leaving: boolean
  known: readonly KnownProperty[]
  /** A record that is not there yet. */
  create: NewFacts | null
}

/** What only a new record has to say: '' = left open. */
export interface NewFacts {
  diskFormat: string
  containerFormat: string
  /** Properties of the image whose settings were taken that belong to its data, or to the cloud, and were not. */
  leftOut: readonly string[]
}

let sessions = 0

export const useEditSession = create<{ session: EditSession | null }>(() => ({ session: null }))

/** Opens the sheet of an image; one that is open already stays. */
export function openEdit(cloudId: string, image: Image): void {
  open(cloudId, startEdit(image), null)
}

/** Opens the sheet for a record without data. */
export function openCreate(cloudId: string): void {
  open(cloudId, startEdit(blankImage), { diskFormat: '', containerFormat: 'bare', leftOut: [] })
}

/** The same with the settings of an image that is there. */
export function openDuplicate(cloudId: string, image: Image): void {
  const { edit, leftOut } = duplicate(image)
  open(cloudId, edit, { diskFormat: image.diskFormat ?? '', containerFormat: image.containerFormat ?? '', leftOut })
}

function open(cloudId: string, edit: Edit, create: NewFacts | null): void {
  if (useEditSession.getState().session !== null) return
  sessions += 1
  const session: EditSession = {
    number: sessions,
    cloudId,
    imageId: edit.latest.id,
    edit,
    saving: false,
    refused: null,
    leaving: false,
    known: [],
    create,
  }
  useEditSession.setState({ session })
  // Without them only proposals are missing.
  bridge.call('images.knownProperties', { cloudId }).then(
    (known) => isOpen(session.number) && changeSession({ known }),
    () => {},
  )
}

function isOpen(number: number): boolean {
  return useEditSession.getState().session?.number === number
}

export function closeEdit(): void {
  useEditSession.setState({ session: null })
}

export function changeSession(part: Partial<EditSession>): void {
  useEditSession.setState(({ session }) => ({ session: session === null ? null : { ...session, ...part } }))
}

/** Applies a change of what is typed. What the cloud refused of that field before is no longer said. */
export function changeEdit(work: (edit: Edit) => Edit, field?: string): void {
  useEditSession.setState(({ session }) => {
    if (session === null) return { session }
    const about = session.refused?.field ?? null
    const settled = about === null || about === field || (about === 'properties' && (field ?? 'properties.').startsWith('properties'))
    return { session: { ...session, edit: work(session.edit), refused: settled ? null : session.refused } }
  })
}

/** The cloud told of the image; null = it has it no more. */
export function hearOf(image: Image | null): void {
  useEditSession.setState(({ session }) => ({ session: session === null ? null : { ...session, edit: heard(session.edit, image) } }))
}

/** Sends what was changed. Closes the sheet when it is kept; else what stands in the way is said beside its field, or in a toast if it was left. */
export async function saveEdit(): Promise<void> {
  const { session } = useEditSession.getState()
  if (session === null || session.saving || !canSave(session)) return
  const { number, cloudId, imageId, edit, create } = session
  const { changes, base } = changesOf(edit)
  changeSession({ saving: true, refused: null })
  if (create !== null) return await createNow(session, newRecord(edit, create))
  try {
    const { image, changedByOthers, refused } = await bridge.call('images.change', { cloudId, imageId, changes, base })
    if (changedByOthers.length === 0 && refused === null) {
      if (isOpen(number)) closeEdit()
      told(cloudId, edit.latest, image, changes)
    } else if (isOpen(number)) {
      changeSession({ saving: false, refused })
      hearOf(image)
    } else
      toastFailure(
        `${imageLabel(image)} was not saved. ${refused === null ? 'Somebody else changed it meanwhile.' : sentence(refused.error)}`,
      )
  } catch (thrown) {
    const error = toErrorShape(thrown)
    if (!isOpen(number)) return toastFailure(`${imageLabel(edit.latest)} was not saved. ${sentence(error)}`)
    if (error.code === 'not-found') hearOf(null)
    changeSession({ saving: false, refused: error.code === 'not-found' ? null : { field: null, error } })
  }
}

async function createNow({ number, cloudId }: EditSession, record: NewRecord): Promise<void> {
  try {
    const image = await bridge.call('images.create', { cloudId, record })
    if (isOpen(number)) {
      closeEdit()
      showImage(cloudId, image.id)
    }
    toast(`${imageLabel(image)} created`, { shape: 'tick', tone: 'ok' })
  } catch (thrown) {
    const error = toErrorShape(thrown)
    if (isOpen(number)) changeSession({ saving: false, refused: { field: null, error } })
    else toastFailure(`The record was not created. ${sentence(error)}`)
  }
}

export function canSave({ edit }: EditSession): boolean {
  return !edit.gone && problemsOf(edit).size === 0 && conflictsOf(edit).size === 0
}

function told(cloudId: string, before: Image, after: Image, changes: ImageChanges): void {
  const back = inverse(before, after, changes)
  offerUndo({
    done: `${imageLabel(after)}: ${changedWords(changes)} saved`,
    run: async () => {
      try {
        const { changedByOthers, refused } = await bridge.call('images.change', { cloudId, imageId: after.id, ...back })
        if (refused !== null) toastFailure(`${imageLabel(after)} was not set back. ${sentence(refused.error)}`)
        else if (changedByOthers.length > 0)
          toastFailure(
            `${imageLabel(after)} was not set back: somebody else changed ${changedByOthers.map(fieldWord).join(', ')} meanwhile.`,
          )
        else toast(`${imageLabel(before)} is as it was before`, { shape: 'tick', tone: 'ok' })
      } catch (thrown) {
        toastFailure(`${imageLabel(after)} was not set back. ${sentence(toErrorShape(thrown))}`)
      }
    },
  })
}

const fieldWords: Readonly<Record<string, string>> = { minDisk: 'minimum disk', minRam: 'minimum RAM', hidden: 'hidden' }

/** The name of a field in a sentence. */
export function fieldWord(field: string): string {
  return field.startsWith('properties.') ? field.slice('properties.'.length) : (fieldWords[field] ?? field)
}

/** `name`, `name and visibility`, `name, 3 properties`. */
function changedWords(changes: ImageChanges): string {
  const { properties = {}, ...fields } = changes
  const keys = Object.keys(properties)
  const only = keys.length === 1 ? keys[0] : undefined
  const words = Object.keys(fields).map(fieldWord)
  if (keys.length > 0) words.push(only ?? plural(keys.length, 'property', 'properties'))
  return words.length > 3 ? plural(words.length, 'change') : words.join(', ')
}

/** Whether the cloud's list says that the image is there no more. A list that could not be read says nothing. */
export function isGone(cloudId: string, imageId: string): boolean {
  const known = useData.getState().images[cloudId]
  return known !== undefined && known.state.loadedAt !== null && known.state.error === null && !known.images.has(imageId)
}
