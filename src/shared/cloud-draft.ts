import { z } from 'zod'

/**
 * What a person writes down about a cloud in the form: all that it takes to sign in, but for the secret. Every field is there, also those that the
 * chosen way of signing in does not use, so that nothing is lost by looking at another way.
 */

const line = z.string().max(2048)

/** A user, project, domain or application credential, named in one of the two ways that Keystone takes. */
const referenceSchema = z.strictObject({ by: z.enum(['name', 'id']), value: line })
export type Reference = z.infer<typeof referenceSchema>

export const signInMethods = ['password', 'application-credential', 'token', 'totp', 'none'] as const
export type SignInKind = (typeof signInMethods)[number]

export const cloudScopes = ['project', 'domain', 'system', 'trust', 'unscoped'] as const

export const cloudDraftSchema = z.strictObject({
  name: line,
  method: z.enum(signInMethods),
  /** Keystone's address, with or without its version. */
  authUrl: line,
  user: referenceSchema,
  userDomain: referenceSchema,
  credential: referenceSchema,
  scope: z.enum(cloudScopes),
  project: referenceSchema,
  projectDomain: referenceSchema,
  domain: referenceSchema,
  trustId: line,
  region: line,
  interface: z.enum(['public', 'internal', 'admin']),
  /** The Image API's address: needed without Keystone, else in place of what the catalog says. */
  endpoint: line,
  verify: z.boolean(),
  /** Paths on the machine where Glancer runs. */
  caFile: line,
  certFile: line,
  keyFile: line,
})
export type CloudDraft = z.infer<typeof cloudDraftSchema>

/** A field of the draft, or the secret that belongs to it: what a problem stands beside. */
export const draftFieldSchema = z.enum([...cloudDraftSchema.keyof().options, 'secret'])
export type DraftField = z.infer<typeof draftFieldSchema>

/** What kind of secret a way of signing in takes; null for none. */
export function secretOf(method: SignInKind): SecretWord | null {
  return secretWords[method]
}
export const secretNames = ['password', 'secret', 'token', 'passcode'] as const
export type SecretWord = (typeof secretNames)[number]
const secretWords: Readonly<Record<SignInKind, SecretWord | null>> = {
  password: 'password',
  'application-credential': 'secret',
  token: 'token',
  totp: 'passcode',
  none: null,
}

const named = (value = ''): Reference => ({ by: 'name', value })

/** A form that nobody has written into yet. */
export function emptyDraft(): CloudDraft {
  return {
    name: '',
    method: 'password',
    authUrl: '',
    user: named(),
    userDomain: named('Default'),
    credential: { by: 'id', value: '' },
    scope: 'project',
    project: named(),
    projectDomain: named('Default'),
    domain: named(),
    trustId: '',
    region: '',
    interface: 'public',
    endpoint: '',
    verify: true,
    caFile: '',
    certFile: '',
    keyFile: '',
  }
}

const NAME_LIMIT = 100

/** What stands in the way of using a draft, by field; empty for one that can be tried. The secret is looked at elsewhere. */
export function draftProblems(draft: CloudDraft): Map<DraftField, string> {
  const problems = new Map<DraftField, string>()
  const need = (field: DraftField, value: string, sentence: string): void => {
    if (value.trim() === '') problems.set(field, sentence)
  }
  const needAddress = (field: DraftField, value: string, sentence: string): void => {
    need(field, value, sentence)
    if (value.trim() !== '' && !isHttp(value.trim())) problems.set(field, 'Not an address that begins with http:// or https://')
  }
  need('name', draft.name, 'Missing: a name for it in Glancer')
  if (draft.name.length > NAME_LIMIT) problems.set('name', `At most ${NAME_LIMIT} characters`)
  if (draft.method === 'none') {
    needAddress('endpoint', draft.endpoint, 'Missing: the address of the Image service')
  } else {
    needAddress('authUrl', draft.authUrl, 'Missing: the address of Keystone')
    if (draft.endpoint.trim() !== '') needAddress('endpoint', draft.endpoint, '')
  }
  const byName = draft.method === 'application-credential' && draft.credential.by === 'name'
  if (draft.method === 'application-credential')
    need(
      'credential',
      draft.credential.value,
      draft.credential.by === 'id' ? 'Missing: the id of the application credential' : 'Missing: its name',
    )
  if (draft.method === 'password' || draft.method === 'totp' || byName) {
    need('user', draft.user.value, draft.user.by === 'id' ? 'Missing: the id of the user' : 'Missing: the name of the user')
    if (draft.user.by === 'name') need('userDomain', draft.userDomain.value, 'Missing: a name means something only within a domain')
  }
  if (takesScope(draft.method)) {
    if (draft.scope === 'project') {
      need(
        'project',
        draft.project.value,
        draft.project.by === 'id' ? 'Missing: the id of the project' : 'Missing: the name of the project',
      )
      if (draft.project.by === 'name')
        need('projectDomain', draft.projectDomain.value, 'Missing: a name means something only within a domain')
    }
    if (draft.scope === 'domain') need('domain', draft.domain.value, 'Missing: the domain that is signed in to')
    if (draft.scope === 'trust') need('trustId', draft.trustId, 'Missing: the id of the trust')
  }
  if (draft.certFile.trim() === '' && draft.keyFile.trim() !== '') problems.set('certFile', 'A key is of use only with its certificate')
  return problems
}

/** An application credential has its project in itself. */
export function takesScope(method: SignInKind): boolean {
  return method !== 'none' && method !== 'application-credential'
}

function isHttp(text: string): boolean {
  return /^https?:\/\/[^/\s]+/i.test(text) && URL.canParse(text)
}
