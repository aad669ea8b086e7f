import type { CopyPlan } from '../../../shared/copy-protocol.ts'
import { type ImageFields, imageFieldsSchema, NAME_LIMIT, type Visibility } from '../../../shared/domain.ts'
import { lengthOf } from '../../../shared/image-protocol.ts'

/** What a person set by hand; what is absent follows the plan. */
export interface Choice {
  name?: string
  visibility?: Visibility
}
export type Choices = Readonly<Record<string, Choice>>

export interface CopyItem {
  imageId: string
  fields: ImageFields
}

export function isRefused({ findings }: CopyPlan): boolean {
  return findings.some(({ severity }) => severity === 'refuse')
}

/** Why an image cannot be called so; null = it can. */
export function nameProblem(name: string): string | null {
  if (name.trim() === '') return 'A name is needed'
  return lengthOf(name.trim()) > NAME_LIMIT ? `At most ${NAME_LIMIT} characters` : null
}

/** What is to be copied, as it was chosen; null while a name cannot be taken. */
export function itemsOf(plans: readonly CopyPlan[], choices: Choices): CopyItem[] | null {
  const items: CopyItem[] = []
  for (const plan of plans) {
    if (isRefused(plan)) continue
    const { name, visibility } = { ...plan.fields, ...choices[plan.imageId] }
    if (nameProblem(name) !== null) return null
    items.push({ imageId: plan.imageId, fields: imageFieldsSchema.parse({ ...plan.fields, name: name.trim(), visibility }) })
  }
  return items
}

/** What goes along, in a few words: `qcow2, bare, 2 tags, 5 properties`. */
export function takenAlong({ fields }: CopyPlan): string {
  const count = (n: number, word: string): string | null =>
    n === 0 ? null : `${n} ${n === 1 ? word : word === 'property' ? 'properties' : `${word}s`}`
  return [
    fields.diskFormat,
    fields.containerFormat,
    fields.minDisk > 0 ? `min disk ${fields.minDisk}\u00a0GB` : null,
    fields.minRam > 0 ? `min RAM ${fields.minRam}\u00a0MB` : null,
    count(fields.tags.length, 'tag'),
    count(Object.keys(fields.properties).length, 'property'),
    fields.protected ? 'protected' : null,
  ]
    .filter((part) => part !== null && part !== '')
    .join(', ')
}
