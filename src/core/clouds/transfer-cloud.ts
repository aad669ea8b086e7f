import { transferCalls } from '../images/transfer-calls.ts'
import type { TransferCloud } from '../transfers/attempt.ts'
import type { CloudLink } from './link.ts'
import { isOnThisMachine } from './on-this-machine.ts'

interface TransferCloudDeps {
  /** Resolves once the cloud is signed in to. */
  ready(): Promise<void>
  /** This image moves: it is to be looked at. */
  nudge(imageId: string): void
  remembered(key: string): string | null
  remember(key: string, value: string): void
}

/** A cloud as the queue sees it. */
export function transferCloudOf(link: CloudLink, { ready, nudge, remembered, remember }: TransferCloudDeps): TransferCloud {
  const key = `hash:${link.id}`
  const learn = (algorithm: string): void => {
    if (remembered(key) !== algorithm) remember(key, algorithm)
  }
  return {
    calls: async () => {
      await ready()
      return transferCalls(link.transferClient)
    },
    endpoint: async (imageId, _signal, area = 'file') => {
      await ready()
      return await link.dataEndpoint(imageId, area)
    },
    renew: () => link.renew(),
    hashAlgorithm: () => remembered(key) ?? 'sha512',
    findHashAlgorithm: async (signal) => {
      const found = remembered(key) ?? (await link.client.anyHashAlgorithm(signal).catch(() => null))
      if (found !== null) learn(found)
      return found ?? 'sha512'
    },
    nudge,
    sawHashAlgorithm: learn,
    describe: () => link.describe(),
    isOnThisMachine: () => isOnThisMachine(link.describe().server),
  }
}
