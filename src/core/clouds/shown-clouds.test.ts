import { expect, test } from 'vitest'
import { ShownClouds } from './shown-clouds.ts'
import { viewId } from './view-id.ts'

const base = (id: string, entry = 'acme') => ({ id, entry })
const configured = [base('here', 'here'), base('r1'), base('r2'), base('z', 'z')]
const view = (projectId: string, of = 'r1') => ({ id: viewId({ base: of, projectId, region: null }), project: projectId })

function kept() {
  const memory = new Map<string, string>()
  const open = () =>
    new ShownClouds(
      (key) => memory.get(key) ?? null,
      (key, value) => void memory.set(key, value),
    )
  return { memory, open }
}

test('without a choice, all that is configured, in its order', () => {
  expect(kept().open().order(configured)).toEqual(['here', 'r1', 'r2', 'z'])
})

test('one is put in the place of another, beside it, and taken out; the next start shows the same', () => {
  const { open } = kept()
  const shown = open()
  shown.replace(base('r1'), view('p1'), configured)
  expect(shown.order(configured)).toEqual(['here', view('p1').id, 'r2', 'z'])
  shown.addBehind({ ...view('p1'), entry: 'acme' }, view('p2'), configured)
  shown.addBehind({ ...view('p1'), entry: 'acme' }, view('p2'), configured)
  expect(open().order(configured)).toEqual(['here', view('p1').id, view('p2').id, 'r2', 'z'])
  expect(open().project(view('p2').id)).toBe('p2')
  expect(shown.hide(base('r2'), configured)).toBe(true)
  shown.replace({ ...view('p1'), entry: 'acme' }, { id: 'r1', project: null }, configured)
  expect(open().order(configured)).toEqual(['here', 'r1', view('p2').id, 'z'])
})

test('switching to one that is shown already leaves it where it is, once', () => {
  const shown = kept().open()
  shown.addBehind(base('r1'), view('p1'), configured)
  shown.replace(base('r2'), view('p1'), configured)
  expect(shown.order(configured)).toEqual(['here', 'r1', view('p1').id, 'z'])
})

test('the last of an entry stays', () => {
  const shown = kept().open()
  expect(shown.hide(base('r1'), configured)).toBe(true)
  expect(shown.hide(base('r2'), configured)).toBe(false)
  expect(shown.order(configured)).toContain('r2')
})

test('what the configuration gets is shown, what it loses is not, and comes back with it', () => {
  const { open } = kept()
  open().replace(base('r1'), view('p1'), configured)
  expect(open().order([...configured, base('r3')])).toEqual(['here', view('p1').id, 'r2', 'r3', 'z'])
  expect(open().order([base('r2')])).toEqual(['r2'])
  expect(open().order([base('here', 'here')])).toEqual(['here'])
  expect(open().order(configured)).toEqual(['here', view('p1').id, 'r2', 'z'])
})

test('what was kept and cannot be read is forgotten', () => {
  const { memory, open } = kept()
  for (const text of ['{', '[]', '{"acme": 1}', 'null']) {
    memory.set('shown-clouds', text)
    expect(open().order(configured)).toEqual(['here', 'r1', 'r2', 'z'])
  }
})
