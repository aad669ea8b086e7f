import { type CloudDraft, cloudDraftSchema, secretOf } from '../../shared/cloud-draft.ts'
import type { ReadClouds } from '../../shared/cloud-protocol.ts'
import { GlancerError } from '../../shared/errors.ts'
import type { CloudConfig, Secret } from './cloud-config.ts'
import { cloudEntries, cloudEntry } from './cloud-entries.ts'
import { CloudsFileError, isTree, parseCloudsFile, type Tree, text as textAt } from './clouds-yaml.ts'
import { draftOf, secretIn } from './draft-config.ts'
import { environmentCloud } from './environment-cloud.ts'
import { isSecret, readOpenrc } from './openrc.ts'
import { resolveCloud } from './resolve-cloud.ts'

/** What a text says of clouds, with the secrets that came with them. Trusted side only. */
export interface Understood {
  kind: ReadClouds['kind']
  clouds: { draft: CloudDraft; secret: Secret | null; asks: boolean }[]
  notes: ReadClouds['notes']
}

/** Stands for what a script asks the person for; no text that a person writes has it. */
const ASKED = '\uE000asked\uE000'

const rcLine = /^[ \t]*(?:export[ \t]+|set(?:env)?[ \t]+|declare[ \t]+-x[ \t]+)?OS_[A-Z0-9_]+[ \t]*(?:=|[ \t])/m

/** Understands an openrc, a clouds.yaml, or a part of one. What is not understood is named; nothing is run, nothing of the surroundings looked up. */
export function readClouds(text: string): Understood {
  return rcLine.test(text) || /^#!.*sh\b/.test(text) ? fromOpenrc(text) : fromYaml(text)
}

function fromOpenrc(text: string): Understood {
  const { variables, asked, notes } = readOpenrc(text)
  const found: Understood = { kind: 'openrc', clouds: [], notes: [...notes] }
  const name = variables.get('OS_CLOUD_NAME') ?? variables.get('OS_CLOUD')
  const { OS_CLOUD_NAME: _, ...settings } = Object.fromEntries(variables)
  // A name or a project that the script asks for is typed into the form instead.
  for (const variable of asked) if (!isSecret(variable)) settings[variable] = ASKED
  try {
    const configs = environmentCloud(settings, {})
    if (configs.length === 0) found.notes.push({ line: null, text: 'It sets no OS_AUTH_URL: there is no cloud in it.' })
    for (const config of configs) add(found, { ...config, name: name ?? nameFor(config) }, asked.size > 0)
  } catch (error) {
    if (!(error instanceof CloudsFileError)) throw error
    found.notes.push({ line: null, text: error.message.replace(/^envvars /, 'This file ') })
  }
  return found
}

function fromYaml(text: string): Understood {
  const found: Understood = { kind: 'clouds.yaml', clouds: [], notes: [] }
  try {
    const { tree, notes } = parseCloudsFile(text, text.trimStart().startsWith('{') ? 'json' : 'yaml')
    found.notes.push(...notes.map(withLine))
    const entries = entriesIn(tree)
    if (entries.size === 0) found.notes.push({ line: null, text: 'There is no cloud in it: neither OS_ variables nor an auth_url.' })
    for (const [name, entry] of entries) {
      try {
        if (entry instanceof CloudsFileError) throw entry
        for (const config of resolveCloud(name ?? '', entry, 'pasted'))
          add(found, name === null ? { ...config, name: nameFor(config) } : config, false)
        if (entry.unknownProfile !== null)
          found.notes.push({ line: null, text: `The profile ${entry.unknownProfile} is unknown; the rest is used.` })
      } catch (error) {
        if (!(error instanceof CloudsFileError)) throw error
        found.notes.push(withLine(error.message))
      }
    }
  } catch (error) {
    if (!(error instanceof CloudsFileError)) throw error
    found.notes.push(withLine(error.message))
  }
  return found
}

/** A whole file, some entries without the `clouds:` above them, or the inside of one entry. */
function entriesIn(tree: Tree): Map<string | null, ReturnType<typeof cloudEntry> | CloudsFileError> {
  if (tree.clouds !== undefined) return cloudEntries(tree, {})
  if (isTree(tree.auth) || textAt(tree, 'auth_url') !== null || textAt(tree, 'profile') !== null)
    return new Map([[null, cloudEntry(tree, {})]])
  const entries = Object.entries(tree).filter(([, entry]) => isTree(entry) && (isTree(entry.auth) || textAt(entry, 'profile') !== null))
  return cloudEntries({ clouds: Object.fromEntries(entries) }, {})
}

function add(found: Understood, config: CloudConfig, asksSomething: boolean): void {
  try {
    const draft = withoutAsked(draftOf(config))
    const secret = secretIn(config.auth)
    found.clouds.push({ draft, secret, asks: asksSomething && secret === null && secretOf(draft.method) !== null })
  } catch (error) {
    if (!(error instanceof GlancerError)) throw error
    found.notes.push({ line: null, text: error.message })
  }
}

function withoutAsked(draft: CloudDraft): CloudDraft {
  return cloudDraftSchema.parse(JSON.parse(JSON.stringify(draft).replaceAll(ASKED, '')))
}

/** The host, since an openrc has no name of its own; with the project, of which one host has many. */
function nameFor({ authUrl, auth, scope }: CloudConfig): string {
  const url = authUrl ?? (auth.kind === 'none' ? auth.endpoint : '')
  const host = URL.canParse(url) ? new URL(url).hostname : 'cloud'
  const project = scope.kind === 'project' ? scope.project.name : undefined
  return project === undefined ? host : `${host} ${project}`.slice(0, 100)
}

function withLine(sentence: string): ReadClouds['notes'][number] {
  const match = /^Line (\d+): (.)([\s\S]*)$/.exec(sentence)
  if (match === null) return { line: null, text: sentence }
  return { line: Number(match[1]), text: `${(match[2] ?? '').toUpperCase()}${match[3] ?? ''}` }
}
