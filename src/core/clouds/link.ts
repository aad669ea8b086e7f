import type { SecretWord } from '../../shared/cloud-draft.ts'
import type { Capabilities } from '../../shared/domain.ts'
import type { Places, Project } from '../../shared/place-protocol.ts'
import type { ImageClient } from '../images/client.ts'
import type { DataArea } from '../transfers/attempt.ts'
import type { Endpoint } from '../transfers/worker/contract.ts'
import type { CloudConfig } from './cloud-config.ts'

/** The way to one cloud, whatever kind it is: the built-in service, or one that is signed in to through Keystone. */
export interface CloudLink {
  readonly id: string
  readonly name: string
  /** The configuration's own name for it, which several regions have in common. */
  readonly entry: string
  /** The id of the cloud in the configuration; another than its own for one that is seen with another project or region. */
  readonly configuredAs: string
  readonly kind: 'built-in' | 'openstack'
  /** Who says what it is. */
  readonly origin: 'built-in' | 'file' | 'added'
  /** Where its configuration is from, in words. */
  readonly source: string
  readonly region: string | null
  readonly authUrl: string | null
  readonly authKind: string | null
  /** Signed in without being asked: nothing leaves this computer. */
  readonly automatic: boolean
  /** What it is signed in with is good only once, so that nobody but a person can repeat it. */
  readonly signsInOnce: boolean
  readonly client: ImageClient
  /** With tokens that live long enough for a transfer. */
  readonly transferClient: ImageClient
  /** The secret that it is signed in with, where that is not in a file of the official clients but typed by a person. */
  readonly typedSecret: SecretWord | null
  /** Whether that secret is known now. */
  knowsSecret(): boolean
  /** What stands in its configuration, without a secret that is kept elsewhere; null for the built-in service. Trusted side only. */
  configuration(): CloudConfig | null
  /**
   * Who signs in, where, and as what, without a secret: what is kept for one is never shown to another of the same id. Null where only a secret tells.
   */
  identity(): string | null
  /** Project as far as known: from the configuration, and after the sign-in from the token. */
  scope(): { project: string | null; projectId: string | null }
  /** Why no other project can be signed in to, in words; null where one can. */
  readonly projectIsFixed: string | null
  /** The configuration names this very project. */
  namesProject(project: Project): boolean
  /** Other projects and regions in which the same entry can be looked at. Asks Keystone. */
  places(): Promise<Places>
  signIn(): Promise<void>
  signOut(): void
  /** Asks Keystone for a new token. */
  renew(): Promise<void>
  dataEndpoint(imageId: string, area: DataArea): Promise<Endpoint>
  /** @param known what it said before, which counts where it cannot be asked now */
  capabilities(known: Capabilities | null): Promise<Capabilities>
  describe(): { server: string; project: string | null }
  terminalHelp(): Promise<string>
  close(): Promise<void>
}
