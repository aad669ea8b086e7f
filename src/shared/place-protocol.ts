import { z } from 'zod'
import { cloudSchema } from './domain.ts'
import { errorShapeSchema } from './error-shape.ts'
import { command, id } from './image-protocol.ts'

/** What the page may ask about projects and regions: the part of the protocol's one table that switches between them. */

/** So many projects are given; whoever has more finds the others by their id. */
export const MOST_PROJECTS = 2000

/** A project as Keystone lists it for whoever is signed in. `domainId` tells two of the same name apart. */
export const projectSchema = z.object({ id: z.string(), name: z.string(), domainId: z.string().nullable() })
export type Project = z.infer<typeof projectSchema>

/** Where one entry can be looked at. */
export const placesSchema = z.object({
  /** Those that the cloud gives access to, by name; empty when it does not say, or cannot be switched. */
  projects: z.array(projectSchema),
  /** Why no other project can be chosen, in words; null where one can. */
  fixed: z.string().nullable(),
  /** Why the list of projects is not known. */
  error: errorShapeSchema.nullable(),
  /** Regions that have an image service, by the catalog and by the configuration. */
  regions: z.array(z.string()),
})
export type Places = z.infer<typeof placesSchema>

export const placeCommands = {
  /** Asks Keystone for the projects, and looks for regions in the catalog. */
  'clouds.places': command(z.strictObject({ cloudId: id }), placesSchema),
  /**
   * Shows an entry with another project or region: in the place of what is shown now, or beside it, and signs in there. What is null stays as it is.
   * Transfers go on where they were begun.
   */
  'clouds.show': command(
    z.strictObject({
      cloudId: id,
      project: projectSchema.strict().nullable(),
      region: z.string().min(1).max(255).nullable(),
      beside: z.boolean(),
    }),
    cloudSchema,
  ),
  /** Takes one out of the sidebar; another of its entry stays. Nothing is signed out, and transfers go on. */
  'clouds.hide': command(z.strictObject({ cloudId: id }), z.strictObject({})),
} as const
