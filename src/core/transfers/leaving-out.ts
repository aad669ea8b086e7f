import { GlancerError } from '../../shared/errors.ts'
import { refusedChange } from '../images/refused-change.ts'
import type { Attempt, ImageCalls } from './attempt.ts'

const PROPERTY = 'properties.'

/**
 * The calls of a cloud, whose `create` does without a property that the cloud lets nobody, or not us, set: it is taken out of what the copy is to
 * have, written down with the reason, and the record is asked for again.
 */
export function leavingOut(attempt: Attempt, calls: ImageCalls): ImageCalls {
  return {
    import: (imageId, order, signal) => calls.import(imageId, order, signal),
    tasks: (imageId, signal) => calls.tasks(imageId, signal),
    get: (imageId, signal) => calls.get(imageId, signal),
    protect: (imageId, signal) => calls.protect(imageId, signal),
    deactivate: (imageId, signal) => calls.deactivate(imageId, signal),
    delete: (imageId, signal) => calls.delete(imageId, signal),
    create: async (image, signal) => {
      let asked = image
      for (;;) {
        try {
          return await calls.create(asked, signal)
        } catch (error) {
          const name = refusedProperty(error)
          if (name === null || !Object.hasOwn(asked.properties, name)) throw error
          const { [name]: _, ...properties } = asked.properties
          asked = { ...asked, properties }
          leaveOut(attempt, name)
        }
      }
    },
  }
}

function refusedProperty(error: unknown): string | null {
  if (!(error instanceof GlancerError) || error.status !== 403) return null
  const { field } = refusedChange(error, [])
  return field?.startsWith(PROPERTY) === true ? field.slice(PROPERTY.length) : null
}

function leaveOut(attempt: Attempt, name: string): void {
  const { job, cloudName } = attempt.record
  if (job.kind !== 'copy') throw new TypeError('not a copy')
  const { [name]: _, ...properties } = job.fields.properties
  attempt.set({
    job: {
      ...job,
      fields: { ...job.fields, properties },
      leftOut: [...job.leftOut, { name, why: `${cloudName} does not let you set it` }],
    },
  })
  attempt.note('warn', `${cloudName} does not let you set ${name}; the copy goes without.`)
}
