import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { type CloudDraft, cloudDraftSchema } from '../../shared/cloud-draft.ts'
import { type SecretKeep, secretKeepSchema } from '../../shared/cloud-protocol.ts'
import { GlancerError } from '../../shared/errors.ts'
import { KeptJson } from '../files/kept-json.ts'

const addedSchema = z.object({
  id: z.string(),
  draft: cloudDraftSchema,
  /** Where its secret is kept; the secret itself is elsewhere. */
  keep: secretKeepSchema,
  /** Counts the changes, also those of the secret: another number is another way in. */
  revision: z.number().int(),
})
export type AddedCloud = z.infer<typeof addedSchema>

const fileSchema = z.object({ version: z.literal(1), clouds: z.array(addedSchema) })

/** The clouds that were added in the app: `clouds.json` in the data folder, without a secret. */
export class AddedClouds {
  readonly #file: KeptJson<z.infer<typeof fileSchema>>

  constructor(dataDir: string) {
    this.#file = new KeptJson(join(dataDir, 'clouds.json'), fileSchema, { version: 1, clouds: [] })
  }

  /** @returns what is wrong with the file, for people; null = nothing */
  async load(): Promise<{ path: string; error: string } | null> {
    await this.#file.load()
    return this.#file.notice === null ? null : { path: this.#file.path, error: this.#file.notice }
  }

  list(): readonly AddedCloud[] {
    return this.#file.value.clouds
  }

  get(id: string): AddedCloud | null {
    return this.list().find((cloud) => cloud.id === id) ?? null
  }

  /** @param id of the one to change; null for a new one. @throws GlancerError `not-found`, `disk-error` */
  async save(id: string | null, draft: CloudDraft, keep: SecretKeep): Promise<AddedCloud> {
    const before = id === null ? null : this.get(id)
    if (id !== null && before === null) throw new GlancerError('not-found', 'This cloud was removed meanwhile.')
    const saved: AddedCloud = { id: id ?? `added:${randomUUID()}`, draft, keep, revision: (before?.revision ?? 0) + 1 }
    await this.#change((clouds) => (before === null ? [...clouds, saved] : clouds.map((cloud) => (cloud.id === id ? saved : cloud))))
    return saved
  }

  async remove(id: string): Promise<void> {
    await this.#change((clouds) => clouds.filter((cloud) => cloud.id !== id))
  }

  async #change(work: (clouds: AddedCloud[]) => AddedCloud[]): Promise<void> {
    try {
      await this.#file.change((value) => ({ ...value, clouds: work(value.clouds) }))
    } catch (cause) {
      throw new GlancerError('disk-error', 'The list of clouds could not be written. It is as it was before.', {
        detail: cause instanceof Error ? cause.message : String(cause),
        cause,
      })
    }
  }
}
