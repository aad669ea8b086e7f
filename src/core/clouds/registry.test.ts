import { afterEach, describe, expect, it, vi } from 'vitest'
import { GlancerError } from '../../shared/errors.ts'
import type { KeptList } from '../images/remembered-lists.ts'
import { image } from '../transfers/testing/fakes.ts'
import type { CloudLink } from './link.ts'
import { CloudRegistry } from './registry.ts'
import { FakeLink } from './testing/fake-link.ts'
import { viewId } from './view-id.ts'
import type { KeptLists } from './watched-images.ts'

/** For what comes soon: a machine that is busy with other things takes many times as long as an idle one. */
const SOON = { timeout: 15_000 }

const other = { id: 'p2', name: 'other', domainId: 'default' }
const inOther = viewId({ base: 'acme', projectId: 'p2', region: null })
const open: CloudRegistry[] = []
afterEach(async () => {
  for (const registry of open.splice(0)) await registry.close()
})

/** A registry over links that the test makes; `memory` is what a next start finds. */
async function registryWith(
  links: FakeLink[],
  memory = new Map<string, string>(),
  lookAroundMs = 3_600_000,
  kept = new Map<string, KeptList>(),
) {
  const configuration = { links }
  const views: FakeLink[] = []
  /** What the next readings of the configuration wait for. */
  const loads: Promise<void>[] = []
  const busy = new Set<string>()
  let reread: () => void = () => {}
  const imagesChanged = vi.fn()
  const keptSizes: number[] = []
  const lists: KeptLists = {
    load: async (identity) => kept.get(identity) ?? null,
    keep: (identity, take) => {
      kept.set(identity, take())
      keptSizes.push(take().rows.length)
    },
    forget: async (identity) => void kept.delete(identity),
    forgetAllBut: async (identities) => {
      for (const identity of [...kept.keys()]) if (!identities.has(identity)) kept.delete(identity)
    },
  }
  const registry = new CloudRegistry({
    source: {
      load: async () => {
        const { links: now } = configuration
        await loads.shift()
        return { links: now, files: [] }
      },
      view: (view, known: CloudLink | null, project) => {
        const base = configuration.links.find(({ id }) => id === view.base)
        if (base === undefined) return null
        if (known !== null) return known
        const made = new FakeLink(viewId(view), {
          entry: base.entry,
          configuredAs: base.id,
          region: view.region ?? base.region,
          project: view.projectId === null ? null : { id: view.projectId, name: project ?? view.projectId },
        })
        views.push(made)
        return made
      },
      watch: (changed) => {
        reread = changed
        return () => {}
      },
    },
    remembered: (key) => memory.get(key) ?? null,
    remember: (key, value) => void memory.set(key, value),
    changed: () => {},
    filesChanged: () => {},
    imagesChanged,
    isBusy: (id) => busy.has(id),
    lists,
    lookAroundMs,
  })
  open.push(registry)
  await registry.start()
  return { registry, configuration, views, busy, memory, kept, keptSizes, imagesChanged, loads, reread: () => reread() }
}
const acme = () => new FakeLink('acme', { entry: 'acme', region: 'R1', project: { id: 'p1', name: 'demo' } })
const states = (registry: CloudRegistry) => Object.fromEntries(registry.list().map(({ id, state }) => [id, state.kind]))
const unreachable = new GlancerError('refused', 'Nobody answers.')

describe('clouds side by side', () => {
  it('the table of one never waits for another that hangs', async () => {
    const hanging = new FakeLink('hangs')
    hanging.hangs = new Promise(() => {})
    const good = acme()
    good.images = [{ id: 'i1', status: 'active' }]
    const { registry, imagesChanged } = await registryWith([hanging, good])
    void registry.watch('hangs')
    void registry.watch('acme')
    await vi.waitFor(() => expect(imagesChanged.mock.calls.some(([id, upserts]) => id === 'acme' && upserts.length === 1)).toBe(true), SOON)
    expect(states(registry)).toEqual({ hangs: 'signing-in', acme: 'signed-in' })
    expect((await registry.watch('acme')).images.map(({ id }) => id)).toEqual(['i1'])
    // Nor do commands to the good one, nor the reading of a changed configuration.
    await registry.client('acme')
    expect(await registry.reload()).toHaveLength(2)
    await registry.signIn('acme')
  })

  it('one that does not answer any more is offline and keeps its rows; once it answers it is signed in', async () => {
    const link = acme()
    link.images = [{ id: 'i1', status: 'active' }]
    const { registry } = await registryWith([link])
    await registry.watch('acme')
    await vi.waitFor(() => expect(registry.get('acme')?.imageCount).toBe(1), SOON)
    link.listFails = unreachable
    registry.refresh('acme')
    await vi.waitFor(() => expect(registry.get('acme')?.state).toMatchObject({ kind: 'offline', error: { code: 'refused' } }), SOON)
    expect((await registry.watch('acme')).images).toHaveLength(1)
    link.listFails = null
    registry.networkIsBack()
    await vi.waitFor(() => expect(states(registry)).toEqual({ acme: 'signed-in' }), SOON)
  })

  it('one that nobody watches is asked now and then while another is watched: what is said of it is true', async () => {
    const [watched, beside, never] = [acme(), new FakeLink('beside'), new FakeLink('never')]
    const { registry } = await registryWith([watched, beside, never], undefined, 20)
    await registry.signIn('beside')
    beside.listFails = unreachable
    await registry.watch('acme')
    await vi.waitFor(() => expect(states(registry)).toEqual({ acme: 'signed-in', beside: 'offline', never: 'idle' }), SOON)
    // Work with it is tried all the same: the session is not given up.
    await registry.client('beside')
    expect(beside.signIns).toBe(1)
    beside.listFails = null
    await vi.waitFor(() => expect(states(registry)).toMatchObject({ beside: 'signed-in' }), SOON)
    beside.listFails = new GlancerError('sign-in-refused', 'The password was changed.')
    await vi.waitFor(
      () => expect(registry.get('beside')?.state).toMatchObject({ kind: 'failed', error: { code: 'sign-in-refused' } }),
      SOON,
    )
    expect(never.lists).toBe(0)
  })

  it('nobody is asked while nobody looks at anything', async () => {
    vi.useFakeTimers()
    const link = acme()
    const { registry } = await registryWith([link], undefined, 1000)
    await registry.signIn('acme')
    await vi.advanceTimersByTimeAsync(10_000)
    vi.useRealTimers()
    expect(link.lists).toBe(0)
  })

  it('when the network is back, what could not be reached is tried again, and what was refused is not', async () => {
    const [away, wrong] = [new FakeLink('away'), new FakeLink('wrong')]
    away.signInFails = unreachable
    wrong.signInFails = new GlancerError('sign-in-refused', 'Keystone refused the sign-in.')
    const { registry } = await registryWith([away, wrong])
    await Promise.all([registry.signIn('away'), registry.signIn('wrong')])
    away.signInFails = null
    registry.networkIsBack()
    await vi.waitFor(() => expect(states(registry)).toEqual({ away: 'signed-in', wrong: 'failed' }), SOON)
    expect(wrong.signIns).toBe(1)
  })

  it('the next start signs in again where one was signed in, and nowhere else', async () => {
    const memory = new Map<string, string>()
    const names = ['stays', 'left', 'refused', 'once', 'never']
    const links = names.map((name) => Object.assign(new FakeLink(name), { signsInOnce: name === 'once' }))
    const first = await registryWith(links, memory)
    for (const name of names.slice(0, 4)) await first.registry.signIn(name)
    await first.registry.signOut('left')
    await first.registry.signOut('refused')
    const [, , refused] = links
    if (refused !== undefined) refused.signInFails = new GlancerError('sign-in-refused', 'no')
    await first.registry.signIn('refused')
    const { registry } = await registryWith(
      names.map((name) => new FakeLink(name)),
      memory,
    )
    await vi.waitFor(
      () => expect(states(registry)).toEqual({ stays: 'signed-in', left: 'idle', refused: 'idle', once: 'idle', never: 'idle' }),
      SOON,
    )
  })

  it('what a cloud can do is asked when it is signed in to, and again at a look by hand, but not at every one', async () => {
    const link = acme()
    const { registry } = await registryWith([link])
    await registry.watch('acme')
    await vi.waitFor(() => expect(registry.get('acme')?.capabilities).not.toBe(null), SOON)
    for (let step = 0; step < 5; step++) registry.refresh('acme')
    expect(link.capabilitiesAsked).toBe(1)
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
    registry.refresh('acme')
    vi.useRealTimers()
    expect(link.capabilitiesAsked).toBe(2)
  })
})

describe('a configuration that changes', () => {
  it('while a person signs in: the sign-in goes on with what stands there now', async () => {
    const slow = acme()
    slow.hangs = new Promise(() => {})
    const { registry, configuration, reread } = await registryWith([slow])
    void registry.signIn('acme')
    expect(states(registry)).toEqual({ acme: 'signing-in' })
    configuration.links = [acme()]
    reread()
    await vi.waitFor(() => expect(states(registry)).toEqual({ acme: 'signed-in' }), SOON)
  })

  it('twice, read slowly the first time: what was read first does not come last', async () => {
    const gate = Promise.withResolvers<void>()
    const { registry, configuration, loads } = await registryWith([acme()])
    loads.push(gate.promise)
    const first = registry.reload()
    const second = registry.reload()
    configuration.links = [acme(), new FakeLink('new')]
    gate.resolve()
    await Promise.all([first, second])
    expect(registry.list().map(({ id }) => id)).toEqual(['acme', 'new'])
  })
})

describe('projects and regions', () => {
  it('a cloud is shown with another project in its place; its transfers still mean the first', async () => {
    const { registry, views } = await registryWith([acme()])
    await registry.signIn('acme')
    const shown = registry.show('acme', other, null, false)
    expect(shown).toMatchObject({ id: inOther, name: 'acme', entry: 'acme', region: 'R1', project: 'other', projectId: 'p2' })
    expect(registry.list().map(({ id }) => id)).toEqual([inOther])
    await vi.waitFor(() => expect(states(registry)).toEqual({ [inOther]: 'signed-in' }), SOON)
    expect(views).toHaveLength(1)
    // The first is out of sight, and as usable as before.
    expect(registry.get('acme')).toMatchObject({ project: 'demo', state: { kind: 'signed-in' } })
    expect(registry.transferCloud('acme')?.describe()).toMatchObject({ project: 'demo' })
    expect(registry.transferCloud(inOther)?.describe()).toMatchObject({ project: 'other' })
    expect([registry.label('acme'), registry.label(inOther)]).toEqual(['acme', 'acme · other'])
    // And back.
    expect(registry.show(inOther, { id: 'p1', name: 'demo', domainId: 'default' }, null, false).id).toBe('acme')
    expect(registry.list().map(({ id }) => id)).toEqual(['acme'])
  })

  it('beside it, hidden again; the last of an entry stays', async () => {
    const { registry } = await registryWith([acme(), new FakeLink('z')])
    registry.show('acme', other, null, true)
    registry.show('acme', null, 'R9', true)
    expect(registry.list().map(({ region, project }) => [region, project])).toEqual([
      ['R1', 'demo'],
      ['R9', null],
      ['R1', 'other'],
      [null, null],
    ])
    registry.hide('acme')
    registry.hide(viewId({ base: 'acme', projectId: null, region: 'R9' }))
    expect(registry.list().map(({ id }) => id)).toEqual([inOther, 'z'])
    expect(() => registry.hide(inOther)).toThrow(expect.objectContaining({ code: 'not-allowed' }))
  })

  it('after a restart the same is shown, and a transfer of the journal finds a project that is not shown', async () => {
    const memory = new Map<string, string>()
    const first = await registryWith([acme()], memory)
    first.registry.show('acme', other, null, false)
    const next = await registryWith([acme()], memory)
    expect(next.registry.list()).toMatchObject([{ id: inOther, project: 'other' }])
    const third = viewId({ base: 'acme', projectId: 'p3', region: null })
    expect(next.registry.transferCloud(third)?.describe()).toMatchObject({ project: 'p3' })
    expect(next.registry.transferCloud(viewId({ base: 'gone', projectId: 'p3', region: null }))).toBe(null)
    expect(next.registry.list()).toHaveLength(1)
  })

  it('a view goes with its entry, and comes back with it; what is used stays while the configuration is read again', async () => {
    const link = acme()
    const { registry, configuration, views, busy } = await registryWith([link])
    registry.show('acme', other, null, false)
    await vi.waitFor(() => expect(states(registry)).toEqual({ [inOther]: 'signed-in' }), SOON)
    await registry.reload()
    expect(states(registry)).toEqual({ [inOther]: 'signed-in' })
    busy.add(inOther)
    registry.show(inOther, { id: 'p1', name: 'demo', domainId: 'default' }, null, false)
    await registry.reload()
    expect(registry.get(inOther)?.state.kind).toBe('signed-in')
    expect(views).toHaveLength(1)
    configuration.links = []
    await registry.reload()
    expect(registry.get(inOther)).toBe(null)
    expect(views[0]?.closed && link.closed).toBe(true)
    configuration.links = [acme()]
    await registry.reload()
    expect(registry.list().map(({ id }) => id)).toEqual(['acme'])
  })

  it('an application credential cannot switch its project, and says so; its region it can', async () => {
    const link = acme()
    link.projectIsFixed = 'An application credential belongs to one project.'
    const { registry } = await registryWith([link])
    expect(() => registry.show('acme', other, null, true)).toThrow(/belongs to one project/)
    expect(registry.list()).toHaveLength(1)
    expect(registry.show('acme', null, 'R2', true)).toMatchObject({ region: 'R2' })
  })

  it('regions are those of the catalog and of the configuration', async () => {
    const second = new FakeLink('acme (R2)', { entry: 'acme', region: 'R2' })
    const { registry } = await registryWith([acme(), second, new FakeLink('z', { region: 'R7' })])
    expect((await registry.places('acme')).regions).toEqual(['R1', 'R2', 'from-the-catalog'])
    expect(registry.show('acme', null, 'R2', false).id).toBe('acme (R2)')
    expect(registry.list().map(({ id }) => id)).toEqual(['acme (R2)', 'z'])
  })
})

describe('the rows of the last run', () => {
  const stays = new Map([['signed-in:acme', 'yes']])
  const listOf = (...ids: string[]): KeptList => ({
    rows: ids.map((id) => ({ image: image({ id }), text: JSON.stringify(image({ id })) })),
    loadedAt: 7,
    more: false,
    projectId: 'p1',
  })
  /** A second start: what the first kept, and a cloud that answers when the test lets it. */
  const second = async (link: FakeLink, kept = new Map([['acme ada', listOf('i1', 'i2')]])) =>
    await registryWith([link], new Map(stays), undefined, kept)
  const ids = (rows: { images: { id: string }[] }) => rows.images.map(({ id }) => id)

  it('are shown while the cloud has not answered, and told from those that it has confirmed', async () => {
    const link = acme()
    const gate = Promise.withResolvers<void>()
    link.hangs = gate.promise
    link.images = [{ id: 'i1', status: 'active' }]
    const { registry, imagesChanged, keptSizes } = await second(link)
    const before = await registry.watch('acme')
    expect(ids(before)).toEqual(['i1', 'i2'])
    expect(before.state).toMatchObject({ remembered: true, loadedAt: 7, error: null })
    expect(registry.get('acme')?.imageCount).toBe(2)
    // Nothing is done on the strength of them.
    expect(registry.knownImage('acme', 'i1')).toBe(null)
    gate.resolve()
    await vi.waitFor(() => expect(imagesChanged.mock.calls.at(-1)?.[3]).toMatchObject({ remembered: false, loading: false }))
    // The one that is gone goes, when the whole list was read and not before.
    expect(imagesChanged.mock.calls.flatMap(([, , removed]) => removed)).toEqual(['i2'])
    expect(registry.knownImage('acme', 'i1')?.id).toBe('i1')
    // What is kept is never half of the old and half of the new.
    expect(keptSizes).toEqual([1])
  })

  it('stay when the cloud cannot be reached, and it is tried again; are taken away when it refuses', async () => {
    const away = acme()
    away.signInFails = unreachable
    const { registry } = await registryWith([away], new Map(stays), 20, new Map([['acme ada', listOf('i1')]]))
    const rows = await registry.watch('acme')
    expect(ids(rows)).toEqual(['i1'])
    await vi.waitFor(() => expect(states(registry)).toEqual({ acme: 'failed' }))
    expect(ids(await registry.watch('acme'))).toEqual(['i1'])
    away.signInFails = null
    await vi.waitFor(() => expect(states(registry)).toEqual({ acme: 'signed-in' }))

    const refusing = acme()
    refusing.signInFails = new GlancerError('sign-in-refused', 'Keystone refused the sign-in.')
    const gate = Promise.withResolvers<void>()
    refusing.hangs = gate.promise
    const { registry: other, imagesChanged } = await second(refusing)
    expect(ids(await other.watch('acme'))).toEqual(['i1', 'i2'])
    gate.resolve()
    await vi.waitFor(() => expect(imagesChanged.mock.calls.map(([, , removed]) => removed)).toEqual([['i1', 'i2']]))
    expect(ids(await other.watch('acme'))).toEqual([])
    expect(refusing.signIns).toBe(1)
  })

  it('are not shown to another project, nor to somebody else of the same name, nor before a secret was typed', async () => {
    const moved = new FakeLink('acme', { entry: 'acme', region: 'R1', project: { id: 'made anew', name: 'demo' } })
    const { registry, imagesChanged, kept } = await second(moved)
    await registry.watch('acme')
    await vi.waitFor(() => expect(imagesChanged.mock.calls.at(-1)?.[3]).toMatchObject({ remembered: false, loading: false }))
    // Before the other project's list has come.
    expect(imagesChanged.mock.calls[0]).toMatchObject(['acme', [], ['i1', 'i2'], { loadedAt: null, remembered: false }])
    expect(ids(await registry.watch('acme'))).toEqual([])
    expect(kept.get('acme ada')?.projectId).toBe('made anew')

    const bob = Object.assign(acme(), { person: 'bob', hangs: new Promise(() => {}) })
    const { registry: ofBob, kept: left } = await second(bob)
    expect(ids(await ofBob.watch('acme'))).toEqual([])
    expect([...left.keys()]).toEqual([])

    const asks = acme()
    asks.signInFails = new GlancerError('secret-needed', 'The password is not known.')
    const { registry: ofAsking } = await second(asks)
    await vi.waitFor(() => expect(states(ofAsking)).toEqual({ acme: 'idle' }))
    expect(ids(await ofAsking.watch('acme'))).toEqual([])
  })

  it('are kept of whole lists only, and go with a sign-out and with the cloud', async () => {
    const link = acme()
    link.images = [{ id: 'i1', status: 'active' }]
    const { registry, kept, configuration, imagesChanged } = await registryWith([link])
    await registry.watch('acme')
    await vi.waitFor(() => expect(kept.get('acme ada')?.rows.map(({ image }) => image.id)).toEqual(['i1']))
    await registry.signOut('acme')
    expect(kept.size).toBe(0)
    expect(imagesChanged.mock.calls.at(-1)?.[2]).toEqual(['i1'])
    await registry.signIn('acme')
    await vi.waitFor(() => expect(kept.size).toBe(1))
    configuration.links = []
    await registry.reload()
    expect(kept.size).toBe(0)
  })

  it('nothing is kept of somebody whom only a secret would tell', async () => {
    const link = Object.assign(acme(), { person: null })
    link.images = [{ id: 'i1', status: 'active' }]
    const { registry, kept, imagesChanged } = await registryWith([link])
    await registry.watch('acme')
    await vi.waitFor(() => expect(imagesChanged.mock.calls.at(-1)?.[3]).toMatchObject({ loading: false }))
    expect(kept.size).toBe(0)
  })
})
