import { describe, expect, it } from 'vitest'
import { CloudsFileError, FILE_LIMIT, mergeTrees, parseCloudsFile } from './clouds-yaml.ts'

function refusal(text: string, format: 'yaml' | 'json' = 'yaml'): string {
  try {
    parseCloudsFile(text, format)
  } catch (error) {
    if (error instanceof CloudsFileError) return error.message
    throw error
  }
  throw new Error('it was taken')
}

describe('the text of a clouds.yaml', () => {
  it('keeps scalars as they were written', () => {
    const { tree } = parseCloudsFile(
      'a: 0123\nb: 1e400\nc: yes\nd: 2026-01-01\ne: null\nf: ~\ng:\nh: "null"\ni: 123456789012345678901234567890\n',
    )
    expect(tree).toEqual({
      ...{ a: '0123', b: '1e400', c: 'yes', d: '2026-01-01', e: null, f: null, g: null, h: 'null' },
      i: '123456789012345678901234567890',
    })
  })

  it('knows yes and no for verify and insecure, unless in quotes', () => {
    expect(parseCloudsFile('a: {verify: no, insecure: On}\nb: {verify: "no", insecure: maybe}').tree).toEqual({
      a: { verify: false, insecure: true },
      b: { verify: 'no', insecure: 'maybe' },
    })
  })

  it('takes JSON with its numbers as they were written', () => {
    expect(parseCloudsFile('{"a":\t12345678901234567890, "b": true, "c": null}', 'json').tree).toEqual({
      a: '12345678901234567890',
      b: true,
      c: null,
    })
  })

  it('takes an empty file for no clouds', () => {
    for (const text of ['', '\n# nothing yet\n', '---\n']) expect(parseCloudsFile(text).tree).toEqual({})
  })

  it('names the line of what it cannot read', () => {
    expect(refusal('clouds:\n  a:\n    auth: {user: "x\n')).toMatch(/^Line \d: \S.*/)
    expect(refusal('clouds:\n  a:\n\tauth: x\n')).toMatch(/^Line 3: .*[Tt]ab/)
    expect(refusal('clouds:\n  a: b: c\n')).toMatch(/^Line 2: /)
    expect(refusal('{"clouds": {\n"a": }}', 'json')).toMatch(/^Line 2: /)
    expect(refusal('clouds:\n  a: *nobody\n')).toBe('Line 2: an alias is used here that no anchor sets.')
    for (const text of ['- a\n- b\n', 'only words', '"text"']) expect(refusal(text)).toBe('It is not a mapping with `clouds` in it.')
  })

  it('never quotes the file, where a password may be the fault', () => {
    const passwords = [
      '*secret',
      '!secret',
      '@secret',
      '"secret',
      "'secret",
      '|secret',
      'a: secret',
      '[secret',
      '{secret',
      '%secret',
      '"\\secret"',
      '- secret',
      '`secret',
      '>secret x',
      '"x" secret',
    ]
    for (const password of passwords) {
      for (const [text, format] of [
        [`clouds:\n  a:\n    auth:\n      password: ${password}\n`, 'yaml'],
        [`clouds:\n  a: {auth: {password: ${password}}}\n`, 'yaml'],
        [`{"clouds": {"a": {"password": ${password}}}}`, 'json'],
      ] as const) {
        try {
          parseCloudsFile(text, format)
        } catch (error) {
          expect(String(error), text).not.toContain('secret')
        }
      }
    }
  })

  it('takes the last of two same keys and says so, with the line', () => {
    const { tree, notes } = parseCloudsFile('clouds:\n  a: {region_name: r1}\n  b: {}\n  a: {region_name: r2}\n')
    expect(tree).toEqual({ clouds: { a: { region_name: 'r2' }, b: {} } })
    expect(notes).toEqual(['Line 4: this key is there twice; the last one counts.'])
  })

  it('refuses a bomb of aliases, 10 MB, and a deep nest, each in a moment', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level}: &l${level} [${Array(10)
          .fill(level === 0 ? 'x' : `*l${level - 1}`)
          .join(', ')}]`,
    )
    const started = performance.now()
    expect(refusal(levels.join('\n'))).toBe('It has too many aliases.')
    expect(refusal('a'.repeat(10_000_000))).toBe('It is larger than 1 MiB; a list of clouds is not.')
    const deep = 'It is nested too deeply.'
    expect(refusal(`a: ${'['.repeat(FILE_LIMIT / 2)}`)).toBe(deep)
    expect(refusal('['.repeat(FILE_LIMIT / 2), 'json')).toBe(deep)
    expect(refusal(Array.from({ length: 1400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'))).toBe(deep)
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('reads thousands of clouds, and thousands of keys that repeat, in a moment', () => {
    const started = performance.now()
    const many = parseCloudsFile(`clouds:\n${Array.from({ length: 20_000 }, (_, each) => `  c${each}: {region_name: r}`).join('\n')}`)
    expect(Object.keys(many.tree.clouds ?? {})).toHaveLength(20_000)
    const repeated = parseCloudsFile(Array.from({ length: 50_000 }, (_, each) => `a: ${each}`).join('\n'))
    expect(repeated.tree).toEqual({ a: '49999' })
    expect(repeated.notes).toHaveLength(20)
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  it('lets one anchor serve hundreds of clouds', () => {
    const clouds = Array.from({ length: 600 }, (_, index) => `  c${index}:\n    <<: *d\n    region_name: r${index}\n`)
    const { tree } = parseCloudsFile(`d: &d\n  verify: false\nclouds:\n${clouds.join('')}`)
    expect(tree).toMatchObject({ clouds: { c0: { verify: false, region_name: 'r0' }, c599: { verify: false, region_name: 'r599' } } })
  })

  it('gives no way to the prototype of things', () => {
    const merged = mergeTrees({ a: { b: 1 } }, parseCloudsFile('__proto__: {polluted: yes}\nconstructor: {x: y}\n').tree)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).polluted).toBe(undefined)
  })
})
