import type { checkCommands } from '../shared/check-protocol.ts'
import type { Checks } from './checks.ts'
import type { CloudRegistry } from './clouds/registry.ts'
import type { Handlers } from './dispatch.ts'

/** The handlers of all that is asked of checks. */
export function createCheckHandlers({
  checks,
  clouds,
}: {
  checks: Checks
  clouds: CloudRegistry
}): Pick<Handlers, keyof typeof checkCommands> {
  return {
    'checks.start': async ({ cloudId, imageId, fileId }) =>
      checks.start(cloudId, imageId, clouds.knownImage(cloudId, imageId)?.name ?? imageId, fileId),
    'checks.ofTransfer': async ({ transferId }) => checks.ofTransfer(transferId),
    'checks.stop': async ({ id }) => {
      checks.stop(id)
      return {}
    },
    'checks.remove': async ({ id }) => {
      checks.remove(id)
      return {}
    },
  }
}
