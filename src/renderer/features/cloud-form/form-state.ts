import { create } from 'zustand'
import { type CloudDraft, type DraftField, draftProblems, emptyDraft, secretOf } from '../../../shared/cloud-draft.ts'
import type { GivenSecret, ReadClouds, SecretKeep, TestReport } from '../../../shared/cloud-protocol.ts'
import type { ErrorShape } from '../../../shared/errors.ts'

/** The secret as the form has it: what is typed, or that it is known to the core already. */
export type FormSecret = Exclude<GivenSecret, { kind: 'typed' }> | { kind: 'typed'; secret: string }

/** How this host keeps secrets. */
export interface Keeping {
  keeps: readonly SecretKeep[]
  keyRing: string | null
}

export interface CloudForm {
  /** Counted: an answer that comes late for one that was closed does not touch the next. */
  number: number
  /** The cloud that is changed; null for a new one. */
  cloudId: string | null
  /** The cloud that a new one is made from. */
  from: string | null
  /** What the sheet is about, in its title. */
  name: string | null
  way: 'form' | 'text'
  draft: CloudDraft
  secret: FormSecret
  keep: SecretKeep
  keeping: Keeping
  /** What is missing is said once somebody has left a field, or wanted to go on. */
  touched: ReadonlySet<DraftField>
  /** What the core, or the cloud, said about one field; gone when the field changes. */
  refused: { field: DraftField | null; error: ErrorShape } | null
  report: TestReport | null
  busy: 'testing' | 'saving' | null
  changed: boolean
  /** Closing would lose what was typed: the question is shown. */
  leaving: boolean
  text: string
  /** The text, or the file, is not understood yet: `read` is of the one before. */
  reading: boolean
  read: ReadClouds | null
  /** Which of the clouds of the text is meant. */
  chosen: number
  /** Why the text could not be read at all. */
  unread: ErrorShape | null
}

/** The sheet in which a cloud is added or changed; null while it is closed. */
export const useCloudForm = create<{ form: CloudForm | null }>(() => ({ form: null }))

let forms = 0

export function newForm(over: Partial<CloudForm>, keeping: Keeping): CloudForm {
  forms += 1
  return {
    number: forms,
    cloudId: null,
    from: null,
    name: null,
    way: 'form',
    draft: emptyDraft(),
    secret: { kind: 'none' },
    keep: keeping.keeps[0] ?? 'memory',
    keeping,
    touched: new Set(),
    refused: null,
    report: null,
    busy: null,
    changed: false,
    leaving: false,
    text: '',
    reading: false,
    read: null,
    chosen: 0,
    unread: null,
    ...over,
  }
}

export function changeForm(change: (form: CloudForm) => Partial<CloudForm>): void {
  useCloudForm.setState(({ form }) => (form === null ? {} : { form: { ...form, ...change(form) } }))
}

/** Takes a change of the draft into the form. What was found out about a cloud of other settings counts no more. */
export function setField<F extends keyof CloudDraft>(field: F, value: CloudDraft[F]): void {
  changeForm((form) => {
    const draft = { ...form.draft, [field]: value }
    // Another way of signing in has another secret.
    const sameSecret = field !== 'method' || secretOf(form.draft.method) === secretOf(draft.method)
    return {
      draft,
      changed: true,
      report: form.report?.ok === true ? null : form.report,
      refused: form.refused?.field === field || field === 'method' ? null : form.refused,
      ...(!sameSecret && { secret: { kind: 'none' } as const }),
    }
  })
}

export function setSecret(secret: FormSecret): void {
  changeForm((form) => ({ secret, changed: true, refused: form.refused?.field === 'secret' ? null : form.refused }))
}

/** A field was left: what is wrong with what stands in it is said. That it is empty is said only when somebody wants to go on. */
export function leaveField(field: DraftField, text: string): void {
  if (text.trim() !== '') changeForm((form) => (form.touched.has(field) ? {} : { touched: new Set([...form.touched, field]) }))
}

/** What is to be said beside a field now. */
export function noteFor(form: CloudForm, field: DraftField): ErrorShape | string | null {
  if (form.refused?.field === field) return form.refused.error
  return form.touched.has(field) ? (draftProblems(form.draft).get(field) ?? null) : null
}

/** As it crosses the bridge. */
export function givenSecret(secret: FormSecret): GivenSecret {
  return secret.kind === 'typed' && secret.secret === '' ? { kind: 'none' } : secret
}
