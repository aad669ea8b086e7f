import { CloudsFileError, isTree, mergeTrees, type Tree, text, withUnderscores } from './clouds-yaml.ts'
import { vendorProfile } from './vendor-profiles.ts'

/** One entry of a clouds.yaml: what stands in it, and what the profile that it names adds underneath. */
export interface CloudEntry {
  own: Tree
  profile: Tree
  /** The name of a profile that nobody knows. */
  unknownProfile: string | null
}

/** The entries under `clouds:`, each with the public profile that it names: of clouds-public.yaml, or else of those that openstacksdk knows. */
export function cloudEntries(file: Tree, profiles: Tree): Map<string, CloudEntry | CloudsFileError> {
  if (file.clouds !== undefined && file.clouds !== null && file.clouds !== '' && !isTree(file.clouds))
    throw new CloudsFileError('What stands under `clouds` is not a mapping of names to clouds.')
  const clouds = isTree(file.clouds) ? file.clouds : {}
  return new Map(
    Object.entries(clouds).map(([name, entry]) => [
      name,
      isTree(entry) ? cloudEntry(entry, profiles) : new CloudsFileError(`${name} has nothing in it.`),
    ]),
  )
}

export function cloudEntry(entry: Tree, profiles: Tree): CloudEntry {
  const own = withUnderscores(entry)
  const name = text(own, 'profile') ?? text(own, 'cloud')
  if (name === null) return { own, profile: {}, unknownProfile: null }
  const known = isTree(profiles['public-clouds']) ? profiles['public-clouds'] : {}
  const found = Object.hasOwn(known, name) ? known[name] : vendorProfile(name)
  return { own, profile: isTree(found) ? withUnderscores(found) : {}, unknownProfile: isTree(found) ? null : name }
}

/** The profile, the entry over it, and the values of the region over both: key by key at the top and in `auth`, as openstacksdk does. */
export function wholeEntry({ own, profile }: CloudEntry, values: Tree): Tree {
  return layered(layered(profile, own), values)
}

function layered(under: Tree, over: Tree): Tree {
  const auth = mergeTrees(isTree(under.auth) ? under.auth : {}, isTree(over.auth) ? over.auth : {})
  return { ...under, ...over, auth }
}

/**
 * The regions of an entry, with what each changes; one without a name where none is known. The list beats `region_name`, and what the entry
 * says itself beats its profile (as openstacksdk).
 * @throws CloudsFileError for a region without a name
 */
export function regionsOf(name: string, { own, profile }: CloudEntry): { region: string | null; values: Tree }[] {
  for (const from of [own, profile]) {
    const list = Object.hasOwn(from, 'regions') ? from.regions : undefined
    if (Array.isArray(list) && list.length > 0) return list.map((item: unknown) => regionOf(name, item))
    if (list !== undefined && from === own) break
    const single = Object.hasOwn(from, 'region_name') ? from.region_name : undefined
    // Several with commas between are an old way to write the list.
    const names = Array.isArray(single) ? single : (text(from, 'region_name')?.split(',') ?? [])
    if (names.length > 0) return names.map((item: unknown) => regionOf(name, item))
  }
  return [{ region: null, values: {} }]
}

function regionOf(cloud: string, item: unknown): { region: string; values: Tree } {
  if (typeof item === 'string') return { region: item.trim(), values: {} }
  const region = isTree(item) ? text(item, 'name') : null
  if (!isTree(item) || region === null) throw new CloudsFileError(`${cloud} has a region without a name.`)
  return { region, values: isTree(item.values) ? withUnderscores(item.values) : {} }
}
