import { describe, expect, it } from 'vitest'
import type { Project } from '../../shared/place-protocol.ts'
import type { CloudConfig, CloudScope } from './cloud-config.ts'
import { OpenStackLink } from './openstack-link.ts'
import { sampleConfig } from './testing/fakes.ts'
import { viewConfig } from './view-config.ts'
import { parseViewId, viewId } from './view-id.ts'
import { idOfPlace } from './view-place.ts'

const project = (id: string, name = id, domainId = 'default'): Project => ({ id, name, domainId })
const noSecrets = { has: () => false, get: async () => null, spent: () => {} }
const linkOf = (id: string, config: CloudConfig) => new OpenStackLink({ id, origin: 'file' }, config, noSecrets, {})
const link = (id: string, over: Parameters<typeof sampleConfig>[0] = {}) => linkOf(id, sampleConfig(over))

describe('the id of a view', () => {
  it.each([
    { base: 'cloud:prod', projectId: 'p1', region: 'R2' },
    { base: 'cloud:a:b (R 1)/ü%', projectId: null, region: 'eu:1' },
    { base: 'cloud:x', projectId: 'p', region: null },
  ])('leads back: %j', (view) => {
    expect(parseViewId(viewId(view))).toEqual(view)
  })
  it.each(['cloud:prod', 'this-computer', 'view', 'view:a:b', 'view:a:b:c:d', 'view:%:b:c', 'view:a:b:'])('%s is none', (id) => {
    expect(parseViewId(id)).toBe(null)
  })
})

describe('another project or region', () => {
  const one = link('cloud:acme', { region: 'R1' })
  const elsewhere = link('cloud:acme (R2)', { region: 'R2' })
  const configured = [link('cloud:other', { entry: 'other', region: 'R3' }), one, elsewhere]

  it('is a view of the entry', () => {
    expect(idOfPlace(one, project('p9'), null, configured)).toBe(viewId({ base: 'cloud:acme', projectId: 'p9', region: null }))
    expect(idOfPlace(one, null, 'R7', configured)).toBe(viewId({ base: 'cloud:acme', projectId: null, region: 'R7' }))
  })

  it('that the configuration itself describes keeps its own id', () => {
    expect(idOfPlace(one, null, null, configured)).toBe('cloud:acme')
    expect(idOfPlace(one, project('p1', 'demo'), null, configured)).toBe('cloud:acme')
    expect(idOfPlace(one, null, 'R2', configured)).toBe('cloud:acme (R2)')
    expect(idOfPlace(one, project('p9'), 'R2', configured)).toBe(viewId({ base: 'cloud:acme (R2)', projectId: 'p9', region: null }))
  })

  it('from a view: what is not said stays', () => {
    const view = { base: 'cloud:acme', projectId: 'p9', region: null }
    const shown = linkOf(viewId(view), viewConfig(sampleConfig({ region: 'R1' }), { project: { id: 'p9', name: 'nine' }, region: null }))
    expect(idOfPlace(shown, null, 'R2', configured)).toBe(viewId({ ...view, base: 'cloud:acme (R2)' }))
    expect(idOfPlace(shown, null, 'R7', configured)).toBe(viewId({ ...view, region: 'R7' }))
    expect(idOfPlace(shown, project('p1', 'demo'), null, configured)).toBe('cloud:acme')
    expect(idOfPlace(shown, null, null, configured)).toBe(shown.id)
  })

  it.each<[string, CloudScope, boolean]>([
    ['its id', { kind: 'project', project: { id: 'p1' }, domain: {} }, true],
    ['another id with its name', { kind: 'project', project: { id: 'p2', name: 'demo' }, domain: {} }, false],
    ['its name and the id of its domain', { kind: 'project', project: { name: 'demo' }, domain: { id: 'default' } }, true],
    ['its name and Default', { kind: 'project', project: { name: 'demo' }, domain: { name: 'Default' } }, true],
    // Two projects may have one name in two domains: in doubt it is another.
    ['its name in a domain whose id is not known', { kind: 'project', project: { name: 'demo' }, domain: { name: 'Corp' } }, false],
    ['no project', { kind: 'none' }, false],
  ])('the configuration names %s', (_, scope, same) => {
    const base = link('cloud:x', { entry: 'x', scope })
    expect(idOfPlace(base, project('p1', 'demo'), null, [base]) === base.id).toBe(same)
  })

  it('is signed in to by the id of the project', () => {
    const made = viewConfig(sampleConfig(), { project: { id: 'p9', name: null }, region: 'R9' })
    expect(made).toMatchObject({ region: 'R9', scope: { kind: 'project', project: { id: 'p9' } }, auth: sampleConfig().auth })
  })
})
