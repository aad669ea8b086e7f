import type { Image } from '../shared/domain.ts'
import { GlancerError, toErrorShape } from '../shared/errors.ts'
import type { ImageAction, ImageChanges, imageCommands, KnownProperty, Outcomes } from '../shared/image-protocol.ts'
import type { CloudRegistry } from './clouds/registry.ts'
import type { Handlers } from './dispatch.ts'
import { changeImage } from './images/change-image.ts'
import type { ImageClient } from './images/client.ts'
import { createRecord } from './images/create-record.ts'
import { knownProperties } from './images/known-properties.ts'
import { addMember, answerShare, listMembers, removeMember } from './images/members.ts'
import { rawRecord } from './images/raw-record.ts'
import { removeFromStore } from './images/stores.ts'
import { listTasks } from './images/tasks.ts'
import { readUsage } from './images/usage.ts'

/** So many images of a bulk action are asked for at the same time: quick, and no flood for the cloud. */
const AT_ONCE = 6
const KNOWN_FOR_MS = 10 * 60_000
/** What a cloud knows of properties is asked for again so soon where it could not tell all. */
const PARTLY_KNOWN_FOR_MS = 10_000

const changesOf: Readonly<Record<Exclude<ImageAction, 'deactivate' | 'reactivate'>, ImageChanges>> = {
  protect: { protected: true },
  unprotect: { protected: false },
  hide: { hidden: true },
  unhide: { hidden: false },
}

/** The handlers of all that is asked of single images, and done with them. */
export function createImageHandlers(clouds: CloudRegistry): Pick<Handlers, keyof typeof imageCommands> {
  const known = new Map<string, { until: number; properties: Promise<KnownProperty[]> }>()

  /** Does it to each, looks at the list again, and says what became of each, in the order of the ids. */
  const bulk = async (
    cloudId: string,
    ids: readonly string[],
    work: (client: ImageClient, id: string) => Promise<unknown>,
  ): Promise<Outcomes> => {
    const confirm = clouds.confirming(cloudId, ids)
    const client = await clouds.client(cloudId)
    const outcomes = await forEach(ids, async (id) => {
      await confirm(id)
      await work(client, id)
    })
    clouds.refresh(cloudId)
    return outcomes
  }
  const act = async (client: ImageClient, id: string, action: ImageAction): Promise<void> => {
    if (action === 'deactivate') return await client.deactivate(id)
    if (action === 'reactivate') return await client.reactivate(id)
    const { refused } = await changeImage(client, id, changesOf[action])
    if (refused !== null) throw refused.error
  }

  return {
    'images.delete': async ({ cloudId, imageIds }) => await bulk(cloudId, imageIds, (client, id) => client.delete(id)),
    'images.change': async ({ cloudId, imageId, changes, base }) => {
      const { image, changedByOthers, refused } = await changeImage(await clouds.client(cloudId), imageId, changes, base)
      clouds.saw(cloudId, imageId)
      return { image, changedByOthers, refused: refused === null ? null : { field: refused.field, error: refused.error.toShape() } }
    },
    'images.act': async ({ cloudId, imageIds, action }) => await bulk(cloudId, imageIds, (client, id) => act(client, id, action)),
    'images.create': async ({ cloudId, record }): Promise<Image> => {
      const image = await createRecord(await clouds.client(cloudId), record)
      clouds.saw(cloudId, image.id)
      return image
    },
    'images.members': async ({ cloudId, imageId }) => await listMembers(await clouds.client(cloudId), imageId),
    'images.share': async ({ cloudId, imageId, projectIds }) => {
      const client = await clouds.client(cloudId)
      return await forEach(projectIds, (projectId) => addMember(client, imageId, projectId))
    },
    'images.unshare': async ({ cloudId, imageId, projectId }) => {
      await removeMember(await clouds.client(cloudId), imageId, projectId)
      return {}
    },
    'images.offered': async ({ cloudId, status }) => await (await clouds.client(cloudId)).offered(status),
    'images.answerShare': async ({ cloudId, imageIds, answer }) =>
      await bulk(cloudId, imageIds, async (client, id) => {
        const projectId = clouds.get(cloudId)?.projectId ?? null
        if (projectId === null) throw new GlancerError('not-allowed', 'Images are shared with projects, and this sign-in has none.')
        await answerShare(client, id, projectId, answer)
      }),
    'images.tasks': async ({ cloudId, imageId }) => await listTasks(await clouds.client(cloudId), imageId),
    'images.raw': async ({ cloudId, imageId }) => await rawRecord(await clouds.client(cloudId), imageId),
    'images.removeFromStore': async ({ cloudId, imageId, store }) => {
      await removeFromStore(await clouds.client(cloudId), imageId, store)
      clouds.saw(cloudId, imageId)
      return {}
    },
    'images.knownProperties': async ({ cloudId }) => {
      const before = known.get(cloudId)
      if (before !== undefined && Date.now() < before.until) return await before.properties
      const asked = clouds.client(cloudId).then(knownProperties)
      const now = { until: Date.now() + KNOWN_FOR_MS, properties: asked.then(({ properties }) => properties) }
      known.set(cloudId, now)
      asked.then(
        ({ whole }) => {
          if (!whole) now.until = Date.now() + PARTLY_KNOWN_FOR_MS
        },
        () => known.delete(cloudId),
      )
      return await now.properties
    },
    'images.usage': async ({ cloudId }) => await readUsage(await clouds.client(cloudId)),
  }
}

async function forEach(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<Outcomes> {
  const outcomes: Outcomes = ids.map((id) => ({ id, error: null }))
  const left = outcomes.values()
  const worker = async (): Promise<void> => {
    for (const outcome of left) {
      outcome.error = await work(outcome.id).then(
        () => null,
        (thrown: unknown) => toErrorShape(thrown),
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return outcomes
}
