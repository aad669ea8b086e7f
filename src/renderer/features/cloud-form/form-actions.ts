import { type DraftField, draftProblems } from '../../../shared/cloud-draft.ts'
import { type ErrorShape, toErrorShape } from '../../../shared/errors.ts'
import type { Input } from '../../../shared/protocol.ts'
import { toast, toastFailure } from '../../components/toasts.tsx'
import { ask, bridge, sentence } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { signIn } from '../clouds/sign-in.ts'
import { type CloudForm, changeForm, givenSecret, newForm, useCloudForm } from './form-state.ts'

/** Opens the sheet for a new cloud. @param way by filling in the form, or by a text that says it all */
export async function openAddCloud(way: CloudForm['way'] = 'form'): Promise<void> {
  const keeping = await ask('clouds.keeping', {})
  if (keeping !== null) open(newForm({ way }, keeping))
}

/** One that is open already stays: it may hold what was typed since. */
function open(form: CloudForm): void {
  if (useCloudForm.getState().form === null) useCloudForm.setState({ form })
}

/** Opens the sheet with a cloud that was added here, or with a copy of any other. */
export async function openEditCloud(cloudId: string): Promise<void> {
  const cloud = useData.getState().clouds.find(({ id }) => id === cloudId)
  const [keeping, known] = await Promise.all([ask('clouds.keeping', {}), ask('clouds.draft', { cloudId })])
  if (cloud === undefined || keeping === null || known === null) return
  const secret = known.knowsSecret ? ({ kind: 'known' } as const) : ({ kind: 'none' } as const)
  const own = known.cloudId !== null
  open(
    newForm(
      {
        cloudId: known.cloudId,
        from: own ? null : cloudId,
        name: known.draft.name,
        draft: own ? known.draft : { ...known.draft, name: freeName(known.draft.name) },
        secret,
        ...(known.keep !== null && { keep: known.keep }),
      },
      keeping,
    ),
  )
}

function freeName(name: string): string {
  const taken = new Set(useData.getState().clouds.map((cloud) => cloud.name))
  for (let number = 1; ; number++) {
    const tried = number === 1 ? `${name} copy` : `${name} copy ${number}`
    if (!taken.has(tried)) return tried
  }
}

export function closeForm(): void {
  useCloudForm.setState({ form: null })
}

/** Esc, the cross, Cancel: asks first where something would be lost. */
export function leaveForm(): void {
  const { form } = useCloudForm.getState()
  if (form === null || form.busy === 'saving') return
  if (form.changed || form.text !== '') changeForm(() => ({ leaving: true }))
  else closeForm()
}

let readings = 0

/** Understands the text, or the file; the last one that was asked counts, as long as nobody types on. */
export async function readText(input: Input<'clouds.read'>): Promise<void> {
  readings += 1
  const asked = readings
  const { number, text } = useCloudForm.getState().form ?? {}
  const take = (part: Partial<CloudForm>): void => {
    const { form } = useCloudForm.getState()
    if (asked === readings && form?.number === number && form?.text === text) changeForm(() => ({ ...part, reading: false }))
  }
  try {
    take({ read: await bridge.call('clouds.read', input), chosen: 0, unread: null })
  } catch (thrown) {
    take({ read: null, unread: toErrorShape(thrown) })
  }
}

/** The chosen cloud of the text goes into the form, to be looked at, completed and tried. */
export function takeFound(): void {
  changeForm(({ read, reading, chosen, keep, keeping }) => {
    const found = read?.clouds[chosen]
    if (found === undefined || reading) return {}
    return {
      way: 'form',
      draft: found.draft,
      secret: found.secretId === null ? { kind: 'none' } : { kind: 'found', id: found.secretId },
      keep: found.draft.method === 'totp' ? 'memory' : keep === 'memory' ? (keeping.keeps[0] ?? keep) : keep,
      touched: new Set(),
      refused: null,
      report: null,
      changed: true,
    }
  })
}

/** Tries what stands in the form. */
export async function testForm(): Promise<void> {
  const form = ready(['name'])
  if (form === null) return
  changeForm(() => ({ busy: 'testing', report: null, refused: null }))
  try {
    const report = await bridge.call('clouds.test', {
      draft: form.draft,
      from: form.cloudId ?? form.from,
      secret: givenSecret(form.secret),
    })
    // What was tried is not what stands there now: whoever typed on asks again.
    changeIf(form, ({ draft, secret }) =>
      draft === form.draft && secret === form.secret
        ? { report, refused: report.error === null ? null : { field: report.field, error: report.error } }
        : {},
    )
  } catch (thrown) {
    const error = toErrorShape(thrown)
    changeIf(form, () => ({ refused: { field: fieldOf(error), error } }))
  }
  changeIf(form, () => ({ busy: null }))
}

/** Changes the form that was asked about, unless it was closed meanwhile. */
function changeIf({ number }: CloudForm, change: (form: CloudForm) => Partial<CloudForm>): void {
  if (useCloudForm.getState().form?.number === number) changeForm(change)
}

/** Adds the cloud, or changes it, and signs in. */
export async function saveForm(): Promise<void> {
  const form = ready([])
  if (form === null) return
  changeForm(() => ({ busy: 'saving', refused: null }))
  try {
    const cloud = await bridge.call('clouds.save', {
      cloudId: form.cloudId,
      from: form.from,
      draft: form.draft,
      secret: givenSecret(form.secret),
      keep: form.keep,
    })
    closeForm()
    await signIn(cloud.id)
  } catch (thrown) {
    const error = toErrorShape(thrown)
    changeIf(form, () => ({ busy: null, refused: { field: fieldOf(error), error } }))
  }
}

function fieldOf(error: ErrorShape): DraftField | null {
  if (error.code === 'conflict') return 'name'
  return error.code === 'secret-store' || error.code === 'secret-needed' || error.code === 'gone' ? 'secret' : null
}

/** The form, if nothing is missing in it; else it says what, and goes to the first of it. @param but fields that may be empty for now */
function ready(but: readonly DraftField[]): CloudForm | null {
  const { form } = useCloudForm.getState()
  if (form === null || form.busy !== null) return null
  const missing = [...draftProblems(form.draft).keys()].filter((field) => !but.includes(field))
  const [first] = missing
  if (first === undefined) return form
  changeForm(() => ({ touched: new Set([...form.touched, ...missing]) }))
  document.querySelector<HTMLElement>(`[data-field="${first}"]`)?.focus()
  return null
}

/** Forgets a cloud that was added here; true when it is gone. */
export async function removeCloud(cloudId: string, name: string): Promise<boolean> {
  try {
    await bridge.call('clouds.remove', { cloudId })
    toast(`${name} removed from Glancer`, { shape: 'tick', tone: 'ok' })
    return true
  } catch (thrown) {
    toastFailure(sentence(toErrorShape(thrown)))
    return false
  }
}
