import { expect, test, vi } from 'vitest'
import { GlancerError } from '../shared/errors.ts'
import { createDispatcher, type Handlers } from './dispatch.ts'

/** A dispatcher of which only one handler matters. */
function dispatcherWith(handler: Handlers['transfers.move']) {
  const handlers = new Proxy({}, { get: (_, name) => (name === 'transfers.move' ? handler : undefined) })
  const log = vi.fn()
  return { call: createDispatcher(handlers as Handlers, log), log }
}

test('a command with a right argument reaches its handler parsed', async () => {
  const handler = vi.fn(async () => ({}))
  const { call } = dispatcherWith(handler)
  expect(await call('transfers.move', { ids: ['a'], to: 'up' })).toEqual({ ok: true, value: {} })
  expect(handler).toHaveBeenCalledWith({ ids: ['a'], to: 'up' })
})

test.each([['transfers.nothing'], ['__proto__'], ['constructor'], ['toString'], [''], [null], [7], [{ toString: () => 'app.snapshot' }]])(
  '%s is no command',
  async (name) => {
    const { call } = dispatcherWith(async () => ({}))
    expect(await call(name, {})).toMatchObject({ ok: false, error: { code: 'unknown-command' } })
  },
)

test.each([
  [undefined],
  [null],
  ['up'],
  [{}],
  [{ ids: [''], to: 'up' }],
  [{ ids: ['a'], to: 'sideways' }],
  [{ ids: ['a'], to: 'up', more: 1 }],
  [{ ids: ['x'.repeat(1001)], to: 'up' }],
  [JSON.parse('{"ids":["a"],"to":"up","__proto__":{"x":1}}')],
])('the argument %j never reaches the handler', async (input) => {
  const handler = vi.fn(async () => ({}))
  const { call } = dispatcherWith(handler)
  expect(await call('transfers.move', input)).toMatchObject({ ok: false, error: { code: 'bad-argument' } })
  expect(handler).not.toHaveBeenCalled()
})

test("a handler's own error crosses with its code and remedy, and is not logged", async () => {
  const { call, log } = dispatcherWith(async () => {
    throw new GlancerError('not-found', 'Gone.', { remedy: 'Look again.' })
  })
  expect(await call('transfers.move', { ids: ['a'], to: 'up' })).toEqual({
    ok: false,
    error: { code: 'not-found', message: 'Gone.', remedy: 'Look again.' },
  })
  expect(log).not.toHaveBeenCalled()
})

test('a fault of ours becomes `internal` and is logged', async () => {
  const { call, log } = dispatcherWith(async () => {
    throw new TypeError('x is undefined')
  })
  expect(await call('transfers.move', { ids: ['a'], to: 'up' })).toMatchObject({
    ok: false,
    error: { code: 'internal', detail: 'x is undefined' },
  })
  expect(log).toHaveBeenCalledOnce()
})
