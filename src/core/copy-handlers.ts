import type { copyCommands } from '../shared/copy-protocol.ts'
import type { Image, ImageFields, LeftOut } from '../shared/domain.ts'
import { GlancerError } from '../shared/errors.ts'
import type { Usage } from '../shared/image-protocol.ts'
import { isRetryableNetworkCode } from '../shared/net-failure.ts'
import type { CloudRegistry } from './clouds/registry.ts'
import type { Handlers } from './dispatch.ts'
import type { ImageClient } from './images/client.ts'
import { readUsage } from './images/usage.ts'
import { copyFields } from './transfers/copy-fields.ts'
import { copyFindings, quotaFindings } from './transfers/copy-findings.ts'
import { newTransfer } from './transfers/new-transfer.ts'
import type { TransferQueue } from './transfers/queue.ts'
import type { TransferRecord } from './transfers/record.ts'

/** So many names are looked up in the target; with more, whoever copies does not read a warning for each. */
const NAMES_LOOKED_UP = 100
const LOOKED_AT = 100
const AT_ONCE = 6

/** The handlers of copies from one cloud to another. */
export function createCopyHandlers(clouds: CloudRegistry, queue: TransferQueue): Pick<Handlers, keyof typeof copyCommands> {
  const nameOf = (cloudId: string): string => {
    const cloud = clouds.get(cloudId)
    if (cloud === null) throw new GlancerError('not-found', 'This cloud is no longer configured.')
    return cloud.name
  }
  const between = (fromCloudId: string, toCloudId: string): { from: string; to: string } => {
    if (fromCloudId === toCloudId) throw new GlancerError('bad-argument', 'A copy goes to another cloud, or to another project of it.')
    return { from: nameOf(fromCloudId), to: nameOf(toCloudId) }
  }
  const sources = async (cloudId: string, imageIds: readonly string[]): Promise<Image[]> => {
    const client = await clouds.client(cloudId)
    // As they are now: what was listed a moment ago may lack what somebody has set since. Of very many the list has to do.
    return await eachOf(imageIds, async (imageId) => {
      const known = clouds.knownImage(cloudId, imageId)
      if (known !== null && imageIds.length > LOOKED_AT) return known
      return await client.get(imageId).catch((error: unknown) => {
        if (known === null || !(error instanceof GlancerError) || error.code !== 'not-found') throw error
        return { ...known, status: 'deleted' }
      })
    })
  }

  return {
    'copies.plan': async ({ fromCloudId, toCloudId, imageIds }) => {
      const { to } = between(fromCloudId, toCloudId)
      const [images, client] = await Promise.all([sources(fromCloudId, imageIds), clouds.client(toCloudId)])
      const plans = images.map((image) => ({ image, ...copyFields(image) }))
      const [taken, usage] = await Promise.all([namesTaken(client, plans), usageOf(client)])
      const target = { name: to, capabilities: clouds.get(toCloudId)?.capabilities ?? null, taken }
      const items = plans.map(({ image, fields, leftOut }) => ({
        imageId: image.id,
        size: image.size,
        fields,
        leftOut,
        findings: copyFindings(image, fields, target),
      }))
      const going = items.filter(({ findings }) => findings.every(({ severity }) => severity !== 'refuse'))
      const bytes = going.reduce((sum, { size }) => sum + (size ?? 0), 0)
      return { images: items, findings: quotaFindings(usage, going.length, bytes, to) }
    },
    'copies.start': async ({ fromCloudId, toCloudId, items }) => {
      const { from, to } = between(fromCloudId, toCloudId)
      const images = await sources(
        fromCloudId,
        items.map(({ imageId }) => imageId),
      )
      const records = images.map((image, at): TransferRecord => {
        const fields = items[at]?.fields
        if (fields === undefined) throw new TypeError('an image that was not asked for')
        return newTransfer(
          {
            job: {
              kind: 'copy',
              from: { cloudId: fromCloudId, cloudName: from, imageId: image.id },
              fields,
              created: false,
              source: null,
              leftOut: stayingBehind(image, fields),
              noRange: false,
            },
            cloudId: toCloudId,
            cloudName: to,
            imageId: null,
            imageName: fields.name,
            fileName: fields.name,
            bytesTotal: image.size,
          },
          Date.now(),
        )
      })
      queue.add(records)
      return { transferIds: records.map(({ id }) => id) }
    },
  }
}

/** What was left out by rule, unless a person put it back, and what a person took out. */
function stayingBehind(image: Image, fields: ImageFields): LeftOut[] {
  const { leftOut, fields: proposed } = copyFields(image)
  const byRule = leftOut.filter(
    ({ name }) => !Object.hasOwn(fields.properties, name) && !(name === 'visibility' && fields.visibility === image.visibility),
  )
  const byWish = [...Object.keys(proposed.properties), ...proposed.tags].filter(
    (name) => !Object.hasOwn(fields.properties, name) && !fields.tags.includes(name),
  )
  return [...byRule, ...byWish.map((name) => ({ name, why: 'not wished' }))]
}

/** What the target says of its limits. That it cannot be asked at all is no plan; that it fails at this is. */
async function usageOf(client: ImageClient): Promise<Usage[]> {
  try {
    return await readUsage(client)
  } catch (error) {
    if (error instanceof GlancerError && !isRetryableNetworkCode(error.code) && error.code !== 'unauthorized') return []
    throw error
  }
}

async function namesTaken(client: ImageClient, plans: readonly { fields: ImageFields }[]): Promise<Set<string>> {
  const names = [...new Set(plans.map(({ fields }) => fields.name))].slice(0, NAMES_LOOKED_UP)
  const found = await eachOf(names, async (name) => {
    const there = await client.isNamed(name).catch(() => false)
    return there ? [name] : []
  })
  return new Set(found.flat())
}

/** Some at a time: quick, and no flood for the cloud. */
async function eachOf<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const done: B[] = []
  for (let at = 0; at < all.length; at += AT_ONCE) done.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(work))))
  return done
}
