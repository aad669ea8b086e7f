import type { RefObject } from 'react'
import { cloudDraftSchema, cloudScopes, type SignInKind, signInMethods, takesScope } from '../../../shared/cloud-draft.ts'
import { Checkbox } from '../../components/checkbox.tsx'
import { Select } from '../../components/select.tsx'
import { FieldNote } from './field-note.tsx'
import { FileInput } from './file-input.tsx'
import { type CloudForm, noteFor, setField } from './form-state.ts'
import { ReferenceInput } from './reference-input.tsx'
import { SecretInput } from './secret-input.tsx'
import { TextInput } from './text-input.tsx'

const methodLabels: Readonly<Record<SignInKind, string>> = {
  password: 'Password',
  'application-credential': 'Application credential',
  token: 'Token',
  totp: 'One-time passcode',
  none: 'No sign-in, only an endpoint',
}
const scopeLabels: Readonly<Record<(typeof cloudScopes)[number], string>> = {
  project: 'Project',
  domain: 'Domain',
  system: 'System',
  trust: 'Trust',
  unscoped: 'None',
}
const interfaces = cloudDraftSchema.shape.interface.options

/** All that it takes to sign in to a cloud; only what the chosen way needs. */
export function FormFields({ form, first }: { form: CloudForm; first: RefObject<HTMLInputElement | null> }) {
  const { draft } = form
  const needsUser = draft.method === 'password' || draft.method === 'totp'
  const ownerNeeded = draft.method === 'application-credential' && draft.credential.by === 'name'
  return (
    <div className="cloud-fields">
      <TextInput form={form} field="name" label="Name in Glancer" ref={first} />
      <div>
        <span className="label" aria-hidden="true">
          Sign in with
        </span>
        <Select
          label="Sign in with"
          value={draft.method}
          choices={signInMethods.map((value) => ({ value, label: methodLabels[value] }))}
          onChange={(value) => {
            const method = signInMethods.find((known) => known === value)
            if (method !== undefined) setField('method', method)
          }}
        />
      </div>
      <div className="span">
        {draft.method === 'none' ? (
          <TextInput form={form} field="endpoint" label="Image service address" placeholder="https://glance.example.net:9292" />
        ) : (
          <TextInput form={form} field="authUrl" label="Keystone address (auth URL)" placeholder="https://keystone.example.net:5000/v3" />
        )}
      </div>
      {draft.method === 'application-credential' && <ReferenceInput form={form} field="credential" label="Application credential" />}
      {ownerNeeded && <span />}
      {(needsUser || ownerNeeded) && <ReferenceInput form={form} field="user" label={ownerNeeded ? 'Its user' : 'User'} />}
      {(needsUser || ownerNeeded) &&
        (draft.user.by === 'name' ? <ReferenceInput form={form} field="userDomain" label="User domain" /> : <span />)}
      {draft.method === 'application-credential' && !ownerNeeded && <span />}
      <SecretInput form={form} />
      {takesScope(draft.method) && <ScopeFields form={form} />}
      <PlaceFields form={form} />
      <TlsFields form={form} />
    </div>
  )
}

function ScopeFields({ form }: { form: CloudForm }) {
  const { draft, report } = form
  return (
    <>
      <h3 className="span">Scope</h3>
      <div className="span three">
        <div>
          <span className="label" aria-hidden="true">
            Sign in to
          </span>
          <Select
            label="Sign in to"
            value={draft.scope}
            choices={cloudScopes.map((value) => ({ value, label: scopeLabels[value] }))}
            onChange={(value) => {
              const scope = cloudScopes.find((known) => known === value)
              if (scope !== undefined) setField('scope', scope)
            }}
          />
          <FieldNote id="scope-note" note={noteFor(form, 'scope')} />
        </div>
        {draft.scope === 'project' && <ReferenceInput form={form} field="project" label="Project" suggestions={report?.projects ?? []} />}
        {draft.scope === 'domain' && <ReferenceInput form={form} field="domain" label="Domain" />}
        {draft.scope === 'trust' && <TextInput form={form} field="trustId" label="Trust id" mono />}
        {draft.scope === 'project' && draft.project.by === 'name' && (
          <ReferenceInput form={form} field="projectDomain" label="Project domain" />
        )}
      </div>
    </>
  )
}

function PlaceFields({ form }: { form: CloudForm }) {
  const { draft, report } = form
  if (draft.method === 'none') return null
  return (
    <>
      <h3 className="span">Image service</h3>
      <div className="two">
        <TextInput form={form} field="region" label="Region" placeholder="Any" suggestions={report?.regions ?? []} />
        <div>
          <span className="label" aria-hidden="true">
            Interface
          </span>
          <Select
            label="Interface"
            value={draft.interface}
            choices={interfaces.map((value) => ({ value, label: value }))}
            onChange={(value) => {
              const chosen = interfaces.find((known) => known === value)
              if (chosen !== undefined) setField('interface', chosen)
            }}
          />
          <FieldNote id="interface-note" note={noteFor(form, 'interface')} />
        </div>
      </div>
      <TextInput form={form} field="endpoint" label="Endpoint override" placeholder="As the catalog says" />
    </>
  )
}

function TlsFields({ form }: { form: CloudForm }) {
  const { draft } = form
  return (
    <>
      <h3 className="span">Certificates</h3>
      <FileInput form={form} field="caFile" label="CA file" placeholder="Whom this computer trusts" />
      <div>
        <span className="label" aria-hidden="true">
          &nbsp;
        </span>
        <Checkbox label="Check the certificate of the cloud" checked={draft.verify} onChange={(verify) => setField('verify', verify)} />
        {!draft.verify && <p className="hint warn">Anybody between here and the cloud can read and change everything.</p>}
      </div>
      <FileInput form={form} field="certFile" label="Client certificate" placeholder="None" />
      <FileInput form={form} field="keyFile" label="Its key" placeholder="In the same file" />
    </>
  )
}
