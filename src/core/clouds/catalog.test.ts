import { describe, expect, it } from 'vitest'
import { GlancerError } from '../../shared/errors.ts'
import { catalogSchema, imageEndpoint, withoutVersion } from './catalog.ts'
import { sampleConfig } from './testing/fakes.ts'

const endpoint = (interfaceName: string, region: string | null, url: string) => ({ interface: interfaceName, region_id: region, url })
const image = (...endpoints: unknown[]) =>
  catalogSchema.parse([
    { type: 'compute', endpoints: [endpoint('public', 'r1', 'https://nova.example')] },
    { type: 'image', endpoints },
  ])

function refusal(work: () => unknown): GlancerError {
  try {
    work()
  } catch (error) {
    if (error instanceof GlancerError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the image endpoint of a catalog', () => {
  const catalog = image(
    endpoint('internal', 'r1', 'https://in.r1.example'),
    endpoint('public', 'r1', 'https://r1.example/v2/'),
    endpoint('public', 'r2', 'https://r2.example/image'),
    endpoint('adminURL', 'r2', 'https://admin.r2.example'),
  )

  it.each([
    [{}, 'https://r1.example'],
    [{ region: 'r2' }, 'https://r2.example/image'],
    [{ interface: 'internal' as const }, 'https://in.r1.example'],
    [{ interface: 'admin' as const, region: 'r2' }, 'https://admin.r2.example'],
    [{ imageEndpoint: 'https://own.example/v2', region: 'nowhere' }, 'https://own.example'],
  ])('%j', (over, url) => {
    expect(imageEndpoint(sampleConfig(over), catalog)).toBe(url)
  })

  it('the region of old catalogs, which have no region_id', () => {
    const old = catalogSchema.parse([{ type: 'image', endpoints: [{ interface: 'public', region: 'r9', url: 'https://r9.example' }] }])
    expect(imageEndpoint(sampleConfig({ region: 'r9' }), old)).toBe('https://r9.example')
  })

  it.each([
    ['https://x.example', 'https://x.example'],
    ['https://x.example/', 'https://x.example'],
    ['https://x.example:9292/v2', 'https://x.example:9292'],
    ['https://x.example/v2/', 'https://x.example'],
    ['https://x.example/v2.16', 'https://x.example'],
    ['https://x.example/image/v1', 'https://x.example/image'],
    ['https://x.example/image', 'https://x.example/image'],
    ['https://x.example/v2/images', 'https://x.example/v2/images'],
    ['https://v2.example', 'https://v2.example'],
  ])('%s without its version', (url, bare) => {
    expect(withoutVersion(url)).toBe(bare)
  })

  it('says what there is instead', () => {
    const inRegion = refusal(() => imageEndpoint(sampleConfig({ region: 'r3' }), catalog))
    expect(inRegion).toMatchObject({
      code: 'no-endpoint',
      message: 'The catalog has no image service in the region r3.',
      remedy: 'Set region_name to one of: r1, r2.',
    })
    expect(inRegion.detail).toBe('It has: r1/internal, r1/public, r2/public, r2/adminURL')
    expect(refusal(() => imageEndpoint(sampleConfig({ region: 'r1', interface: 'admin' }), catalog))).toMatchObject({
      message: 'The catalog has no admin address of the image service in the region r1.',
      remedy: 'Set interface to one of: internal, public, adminURL.',
    })
    expect(refusal(() => imageEndpoint(sampleConfig(), []))).toMatchObject({
      message: 'The catalog has no image service.',
      detail: 'The token has no catalog: it may have no project.',
      remedy: 'Set project_name, or image_endpoint_override.',
    })
    expect(refusal(() => imageEndpoint(sampleConfig(), image())).detail).toBe('The catalog has no service of type image.')
  })

  it('with 2,000 endpoints finds the one, and names but a few when there is none', () => {
    const many = image(...Array.from({ length: 2000 }, (_, index) => endpoint('public', `r${index}`, `https://r${index}.example`)))
    expect(imageEndpoint(sampleConfig({ region: 'r1999' }), many)).toBe('https://r1999.example')
    const { detail, remedy } = refusal(() => imageEndpoint(sampleConfig({ region: 'x' }), many))
    expect(detail).toMatch(/ and 1980 more$/)
    expect(`${detail}${remedy}`.length).toBeLessThan(1000)
  })

  it('what is odd in it does not spoil the rest', () => {
    const odd = catalogSchema.parse([
      null,
      { type: 7 },
      {
        type: 'image',
        endpoints: [
          null,
          { url: null, interface: 'public' },
          { url: 'javascript:1', interface: 'public' },
          endpoint('public', null, 'https://good.example'),
        ],
      },
    ])
    expect(imageEndpoint(sampleConfig(), odd)).toBe('https://good.example')
  })
})
