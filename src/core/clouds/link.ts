import type { Capabilities } from '../../shared/domain.ts'
import type { ImageClient } from '../images/client.ts'
import type { ImageCalls } from '../transfers/attempt.ts'
import type { Endpoint } from '../transfers/worker/contract.ts'

/** The way to one cloud, whatever kind it is: the built-in service, or one that is signed in to through Keystone. */
export interface CloudLink {
  readonly id: string
  readonly name: string
  readonly kind: 'built-in' | 'openstack'
  /** Where its configuration is from, in words. */
  readonly source: string
  readonly region: string | null
  readonly authUrl: string | null
  readonly authKind: string | null
  /** Signed in without being asked: nothing leaves this computer. */
  readonly automatic: boolean
  readonly client: ImageClient
  readonly transferCalls: ImageCalls
  /** Project as far as known: from the configuration, and after the sign-in from the token. */
  scope(): { project: string | null; projectId: string | null }
  signIn(): Promise<void>
  signOut(): void
  /** Asks Keystone for a new token. */
  renew(): Promise<void>
  dataEndpoint(imageId: string): Promise<Endpoint>
  capabilities(): Promise<Capabilities>
  describe(): { server: string; project: string | null }
  terminalHelp(): Promise<string>
  close(): Promise<void>
}
