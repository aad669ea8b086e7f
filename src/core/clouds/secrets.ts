import { join } from 'node:path'
import { z } from 'zod'
import type { SecretKeep } from '../../shared/cloud-protocol.ts'
import { GlancerError } from '../../shared/errors.ts'
import { KeptJson } from '../files/kept-json.ts'
import type { KeyRing } from '../ports.ts'
import { Secret } from './cloud-config.ts'

/** Where the secret of one cloud is that its configuration does not hold. */
export interface SecretSource {
  has(): boolean
  get(): Promise<Secret | null>
  /** It is of no more use: a passcode that has done its work, or what was refused. Forgets it, if it is only in memory. */
  spent(): void
}

const entrySchema = z.union([z.strictObject({ sealed: z.base64() }), z.strictObject({ plain: z.string() })])
const fileSchema = z.object({ version: z.literal(1), secrets: z.record(z.string(), entrySchema) })

/**
 * The secrets that people typed, by cloud: in memory until Glancer ends, or in `secrets.json`, sealed by the system's key ring where the host has one,
 * else as they are, readable for this person alone. Which of them, a person has chosen.
 */
export class Secrets {
  readonly #file: KeptJson<z.infer<typeof fileSchema>>
  readonly #keyRing: KeyRing | null
  readonly #memory = new Map<string, Secret>()

  constructor(dataDir: string, keyRing: KeyRing | null) {
    this.#file = new KeptJson(join(dataDir, 'secrets.json'), fileSchema, { version: 1, secrets: {} })
    this.#keyRing = keyRing
  }

  /** @returns what is wrong with the file, for people; null = nothing */
  async load(): Promise<{ path: string; error: string } | null> {
    await this.#file.load()
    return this.#file.notice === null ? null : { path: this.#file.path, error: `${this.#file.notice} Type the passwords again.` }
  }

  /** What a person can choose from, the first being the proposal. A key ring that is there makes a file in the clear needless. */
  async keeping(): Promise<{ keeps: SecretKeep[]; keyRing: string | null }> {
    if (this.#keyRing === null) return { keeps: ['file', 'memory'], keyRing: null }
    const name = await this.#keyRing.name()
    return name === null ? { keeps: ['memory', 'file'], keyRing: null } : { keeps: ['key-ring', 'memory'], keyRing: name }
  }

  has(cloudId: string): boolean {
    return this.#memory.has(cloudId) || Object.hasOwn(this.#file.value.secrets, cloudId)
  }

  of(cloudId: string): SecretSource {
    return {
      has: () => this.has(cloudId),
      get: () => this.get(cloudId),
      spent: () => void this.#memory.delete(cloudId),
    }
  }

  /** @throws GlancerError `secret-store` when the key ring does not give it */
  async get(cloudId: string): Promise<Secret | null> {
    const inMemory = this.#memory.get(cloudId)
    if (inMemory !== undefined) return inMemory
    const entry = Object.hasOwn(this.#file.value.secrets, cloudId) ? this.#file.value.secrets[cloudId] : undefined
    if (entry === undefined) return null
    if ('plain' in entry) return new Secret(entry.plain)
    try {
      if (this.#keyRing === null) throw new Error('This host has no key ring, and the secret was sealed by one.')
      const { text, stale } = await this.#keyRing.open(Buffer.from(entry.sealed, 'base64'))
      if (stale) await this.keep(cloudId, new Secret(text), 'key-ring').catch(() => {})
      return new Secret(text)
    } catch (cause) {
      throw new GlancerError('secret-store', 'The key ring of this computer does not give the secret of this cloud.', {
        detail: cause instanceof Error ? cause.message : String(cause),
        remedy: 'Unlock the key ring, or type the secret again.',
        cause,
      })
    }
  }

  /** Takes the place of what was known before. @throws GlancerError `secret-store` when it cannot be kept; then nothing has changed */
  async keep(cloudId: string, secret: Secret, keep: SecretKeep): Promise<void> {
    if (keep === 'memory') {
      await this.#forgetOnDisk(cloudId)
      this.#memory.set(cloudId, secret)
      return
    }
    try {
      const entry =
        keep === 'file' ? { plain: secret.reveal() } : { sealed: Buffer.from(await this.#seal(secret.reveal())).toString('base64') }
      await this.#file.change((value) => ({ ...value, secrets: { ...value.secrets, [cloudId]: entry } }))
      this.#memory.delete(cloudId)
    } catch (cause) {
      throw new GlancerError('secret-store', 'The secret could not be kept.', {
        detail: cause instanceof Error ? cause.message : String(cause),
        remedy: 'Choose to be asked each time, or see to the disk and the key ring.',
        cause,
      })
    }
  }

  async #seal(text: string): Promise<Uint8Array> {
    if (this.#keyRing === null) throw new Error('This host has no key ring.')
    return await this.#keyRing.seal(text)
  }

  async forget(cloudId: string): Promise<void> {
    this.#memory.delete(cloudId)
    await this.#forgetOnDisk(cloudId)
  }

  /** Secrets of clouds that are no more (a removal that was cut off half-way) do not stay behind. */
  async forgetAllBut(cloudIds: ReadonlySet<string>): Promise<void> {
    const left = Object.keys(this.#file.value.secrets).filter((id) => !cloudIds.has(id))
    for (const id of left) await this.#forgetOnDisk(id)
  }

  async #forgetOnDisk(cloudId: string): Promise<void> {
    if (!Object.hasOwn(this.#file.value.secrets, cloudId)) return
    await this.#file.change((value) => ({
      ...value,
      secrets: Object.fromEntries(Object.entries(value.secrets).filter(([id]) => id !== cloudId)),
    }))
  }
}
