import type { placeCommands } from '../shared/place-protocol.ts'
import type { CloudRegistry } from './clouds/registry.ts'
import type { Handlers } from './dispatch.ts'

/** The handlers of what is asked about projects and regions. */
export function createPlaceHandlers(clouds: CloudRegistry): Pick<Handlers, keyof typeof placeCommands> {
  return {
    'clouds.places': async ({ cloudId }) => await clouds.places(cloudId),
    'clouds.show': async ({ cloudId, project, region, beside }) => clouds.show(cloudId, project, region, beside),
    'clouds.hide': async ({ cloudId }) => {
      clouds.hide(cloudId)
      return {}
    },
  }
}
