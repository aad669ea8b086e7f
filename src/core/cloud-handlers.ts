import { readFile, stat } from 'node:fs/promises'
import { type CloudDraft, draftProblems, secretOf } from '../shared/cloud-draft.ts'
import { type cloudCommands, type GivenSecret, PASTE_LIMIT } from '../shared/cloud-protocol.ts'
import { THIS_COMPUTER } from '../shared/domain.ts'
import { GlancerError } from '../shared/errors.ts'
import type { AddedClouds } from './clouds/added-clouds.ts'
import { type CloudConfig, Secret } from './clouds/cloud-config.ts'
import { withPaths } from './clouds/cloud-files.ts'
import { configOf, draftOf, secretIn, withSecret } from './clouds/draft-config.ts'
import { FoundSecrets } from './clouds/found-secrets.ts'
import { readClouds } from './clouds/read-clouds.ts'
import type { CloudRegistry } from './clouds/registry.ts'
import type { Secrets } from './clouds/secrets.ts'
import { testConnection } from './clouds/test-connection.ts'
import type { Handlers } from './dispatch.ts'
import type { FileRegistry } from './files/file-registry.ts'
import type { AppPorts } from './ports.ts'

interface Parts {
  ports: AppPorts
  clouds: CloudRegistry
  added: AddedClouds
  secrets: Secrets
  files: FileRegistry
  /** Tells the page at once what has changed: before the answer that names a new cloud. */
  flush(): void
  /** A cloud was signed in to: the first start is over. */
  signedIn(): void
}

/** The handlers of all that is about the clouds themselves. */
export function createCloudHandlers({
  ports,
  clouds,
  added,
  secrets,
  files,
  flush,
  signedIn,
}: Parts): Pick<Handlers, keyof typeof cloudCommands> {
  const found = new FoundSecrets()
  const configurationOf = (cloudId: string): CloudConfig => {
    const config = clouds.link(cloudId).configuration()
    if (config === null) throw new GlancerError('not-allowed', 'The image service of this computer is not to be changed.')
    return config
  }

  /**
   * @param known of which cloud the secret is meant that the page calls `known`
   * @param draft where the secret would go: one that is known goes only where it went before
   */
  const secretFor = async (given: GivenSecret, known: string | null, draft: CloudDraft | null): Promise<Secret | null> => {
    switch (given.kind) {
      case 'typed':
        return new Secret(given.secret)
      case 'found': {
        const secret = found.get(given.id)
        if (secret === null) throw new GlancerError('gone', 'What was read is no longer known. Read it again.')
        return secret
      }
      case 'known':
        if (known === null) return null
        if (draft !== null) mustGoToTheSame(draft, configurationOf(known))
        return secretIn(configurationOf(known).auth) ?? (await secrets.get(clouds.link(known).configuredAs))
      case 'none':
        return null
    }
  }

  const signIn: Handlers['clouds.signIn'] = async ({ cloudId }) => {
    const cloud = await clouds.signIn(cloudId)
    if (cloudId !== THIS_COMPUTER && cloud.state.kind === 'signed-in') signedIn()
    return cloud
  }

  return {
    'clouds.signIn': signIn,
    'clouds.signInWith': async ({ cloudId, secret, keep }) => {
      const { typedSecret, origin, configuredAs } = clouds.link(cloudId)
      if (typedSecret === null) throw new GlancerError('not-allowed', 'This cloud takes no secret from here.')
      // A passcode is good once, and what belongs to somebody's clouds.yaml is not kept by us.
      await secrets.keep(configuredAs, new Secret(secret), origin === 'added' && typedSecret !== 'passcode' ? keep : 'memory')
      return await signIn({ cloudId })
    },
    'clouds.signOut': async ({ cloudId }) => await clouds.signOut(cloudId),
    'clouds.reload': async () => await clouds.reload(),
    'clouds.terminalHelp': async ({ cloudId }) => ({ text: await clouds.terminalHelp(cloudId) }),

    'clouds.keeping': async () => await secrets.keeping(),
    'clouds.read': async (input) => {
      const text = 'text' in input ? input.text : await textOf(files, input.fileId)
      const { kind, clouds: understood, notes } = readClouds(text)
      return {
        kind,
        clouds: understood.map(({ draft, secret, asks }) => ({ draft, secretId: secret === null ? null : found.add(secret), asks })),
        notes,
      }
    },
    'clouds.draft': async ({ cloudId }) => {
      const config = configurationOf(cloudId)
      const { configuredAs } = clouds.link(cloudId)
      const known = added.get(configuredAs)
      return {
        cloudId: known?.id ?? null,
        draft: known?.draft ?? draftOf(config),
        keep: known?.keep ?? null,
        knowsSecret: secretIn(config.auth) !== null || secrets.has(configuredAs),
      }
    },
    'clouds.save': async ({ cloudId, from, draft, secret, keep }) => {
      checkDraft(draft)
      if (clouds.list().some(({ id, name }) => name === draft.name.trim() && clouds.link(id).configuredAs !== cloudId))
        throw new GlancerError('conflict', 'There is a cloud with this name already.', { remedy: 'Give it another name.' })
      const given = await secretFor(secret, cloudId ?? from, draft)
      const kept = draft.method === 'totp' ? 'memory' : keep
      const saved = await added.save(cloudId, draft, kept)
      try {
        if (given !== null) await secrets.keep(saved.id, given, kept)
        else if (secret.kind === 'none') await secrets.forget(saved.id)
      } catch (error) {
        // A new cloud whose secret cannot be kept as wished is not there at all; the form still is.
        if (cloudId === null) await added.remove(saved.id)
        throw error
      } finally {
        await clouds.reload()
      }
      if (secret.kind === 'found') found.forget(secret.id)
      flush()
      const cloud = clouds.get(saved.id)
      if (cloud === null) throw new GlancerError('internal', 'The cloud was saved, but is not there.')
      return cloud
    },
    'clouds.remove': async ({ cloudId }) => {
      const { origin, configuredAs } = clouds.link(cloudId)
      if (origin !== 'added')
        throw new GlancerError('not-allowed', 'This cloud is in a file of the official clients, which Glancer only reads.', {
          remedy: 'Take it out of clouds.yaml.',
        })
      clouds.mustBeIdle(configuredAs)
      await added.remove(configuredAs)
      await secrets.forget(configuredAs)
      await clouds.reload()
      flush()
      return {}
    },
    'clouds.test': async (input) => {
      if ('cloudId' in input) {
        const secret = await secretFor({ kind: 'known' }, input.cloudId, null)
        return await testConnection(complete(configurationOf(input.cloudId), secret), ports.env)
      }
      checkDraft({ ...input.draft, name: input.draft.name.trim() === '' ? 'unnamed' : input.draft.name })
      const secret = await secretFor(input.secret, input.from, input.draft)
      return await testConnection(complete(withPaths(configOf(input.draft, 'a test'), ports), secret), ports.env)
    },
    'dialog.chooseFile': async ({ purpose }) => {
      if (ports.host.chooseFile === undefined) throw new GlancerError('not-allowed', 'This host has no file dialog of its own.')
      const path = await ports.host.chooseFile(purpose)
      if (path === null) return null
      const [taken] = await files.addPaths([path])
      if (taken === undefined || !('fileId' in taken))
        throw new GlancerError('file-unreadable', taken?.problem ?? 'This file cannot be read.')
      return { fileId: taken.fileId, path }
    },
  }
}

/**
 * A secret that is known goes to no other server, and in no other form, than the one that it was given for: neither by a slip of a person nor by a page
 * that somebody else has got hold of.
 * @throws GlancerError `secret-needed`
 */
function mustGoToTheSame(draft: CloudDraft, known: CloudConfig): void {
  const before = draftOf(known)
  const server = ({ method, authUrl, endpoint }: CloudDraft): string | null => {
    const url = (method === 'none' ? endpoint : authUrl).trim()
    return URL.canParse(url) ? new URL(url).origin : null
  }
  if (draft.method === before.method && server(draft) === server(before)) return
  const word = secretOf(draft.method) ?? 'secret'
  throw new GlancerError('secret-needed', `The ${word} is known for ${server(before) ?? 'another server'} only.`, {
    remedy: `Type the ${word} again.`,
  })
}

function complete(config: CloudConfig, secret: Secret | null): CloudConfig {
  return secret === null ? config : withSecret(config, secret)
}

/** The text of a file that a person chose. @throws GlancerError `too-large`, `file-unreadable` */
async function textOf(files: FileRegistry, fileId: string): Promise<string> {
  const file = files.get(fileId)
  if (file.kind === 'incoming') throw new GlancerError('file-unreadable', 'A browser gives the text of such a file, not the file.')
  try {
    const found = await stat(file.path)
    if (!found.isFile()) throw new GlancerError('file-not-regular', `${file.fileName} is not a file.`)
    if (found.size > PASTE_LIMIT)
      throw new GlancerError('too-large', `${file.fileName} is larger than 1 MiB; an openrc or a clouds.yaml is not.`)
    return await readFile(file.path, 'utf8')
  } catch (cause) {
    if (cause instanceof GlancerError) throw cause
    throw new GlancerError('file-unreadable', `${file.fileName} cannot be read.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

/** @throws GlancerError `bad-argument` with the first thing that is missing; the page says it beside the field before it comes to this */
function checkDraft(draft: CloudDraft): void {
  const [first] = draftProblems(draft)
  if (first !== undefined)
    throw new GlancerError('bad-argument', 'Something of this cloud is missing.', { detail: `${first[0]}: ${first[1]}` })
}
