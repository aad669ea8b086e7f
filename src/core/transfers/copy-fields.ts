import { type Image, type ImageFields, type LeftOut, NAME_LIMIT, type Visibility } from '../../shared/domain.ts'

/** What an image takes along to another cloud, and what stays behind, each with its reason. Pure. */
export interface CopyFields {
  fields: ImageFields
  leftOut: LeftOut[]
}

const TAG_LIMIT = 128
const VALUE_LIMIT = 65_535

/** Properties that stay, by name or by how it begins. Sources: Glance's reserved names, Nova's snapshots, Cinder's and Nova's image signatures. */
const staying: readonly { names: RegExp; why: string }[] = [
  { names: /^os_glance_/, why: 'Glance keeps these for itself' },
  { names: /^owner_specified\./, why: 'notes of the official client about its own upload' },
  {
    names: /^(instance_uuid|base_image_ref|image_location|image_state|owner_id|user_id|owner_user_name|owner_project_name|boot_roles)$/,
    why: 'names something in the cloud that it comes from',
  },
  { names: /^(block_device_mapping|bdm_v2|mappings|root_device_name)$/, why: 'names volumes of the cloud that it comes from' },
  { names: /^img_signature/, why: 'its certificate is with the cloud that it comes from' },
  { names: /^cinder_encryption_key_/, why: 'its key is with the cloud that it comes from' },
]

/** @param image as its cloud shows it. */
export function copyFields(image: Image): CopyFields {
  const leftOut: LeftOut[] = []
  const properties: Record<string, string> = {}
  for (const [name, value] of Object.entries(image.properties)) {
    const why = reasonToStay(name, value)
    if (why === null) properties[name] = value
    else leftOut.push({ name, why })
  }
  const visibility = visibilityFor(image.visibility)
  if (visibility !== image.visibility)
    leftOut.push({ name: 'visibility', why: `${image.visibility} there; the copy is ${visibility} until you change that` })
  if (image.visibility === 'shared') leftOut.push({ name: 'members', why: 'whom it is shared with is known there only' })
  if (image.hidden) leftOut.push({ name: 'os_hidden', why: 'the copy is listed' })
  for (const name of image.dataAddresses ?? []) leftOut.push({ name, why: 'says where the data lies in the cloud that it comes from' })
  if (image.stores.length > 0) leftOut.push({ name: 'stores', why: 'each cloud has its own' })
  if (image.tags.length > TAG_LIMIT) leftOut.push({ name: 'tags', why: `only the first ${TAG_LIMIT} are taken along` })
  const name = image.name === null || image.name.trim() === '' ? image.id : image.name
  return {
    fields: {
      name: [...name].slice(0, NAME_LIMIT).join(''),
      diskFormat: image.diskFormat ?? '',
      containerFormat: image.containerFormat ?? '',
      visibility,
      protected: image.protected,
      tags: image.tags.slice(0, TAG_LIMIT),
      properties,
      minDisk: whole(image.minDisk),
      minRam: whole(image.minRam),
      store: null,
    },
    leftOut,
  }
}

function reasonToStay(name: string, value: string): string | null {
  if (name.length > NAME_LIMIT || value.length > VALUE_LIMIT) return 'longer than an image may have it'
  return staying.find(({ names }) => names.test(name))?.why ?? null
}

/** Never visible to more people than its own project without a person's word. */
function visibilityFor(visibility: string): Visibility {
  return visibility === 'shared' ? 'shared' : 'private'
}

function whole(amount: number): number {
  return Number.isSafeInteger(amount) && amount > 0 ? amount : 0
}
