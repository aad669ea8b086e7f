import { expect } from 'vitest'
import { type Case, type Given, one } from '../case.ts'

const named = (name: string, fields: Record<string, unknown> = {}): Given => ({ status: 'queued', fields: { name, ...fields } })
const ABC = [named('a'), named('b'), named('c')] as const

/** The names of a list, in order. */
function names(name: string, query: string, wanted: readonly string[], givens: readonly Given[] = ABC): Case {
  return one(
    name,
    {
      method: 'GET',
      path: `/v2/images?owner={owner}${query}`,
      expect: { status: 200, json: { images: wanted.map((it) => expect.objectContaining({ name: it })) } },
    },
    { givens },
  )
}

function refused(name: string, query: string, message: string): Case {
  return one(name, { method: 'GET', path: `/v2/images?${query}`, expect: { status: 400, message } })
}

export const list: readonly Case[] = [
  one('an empty list', {
    method: 'GET',
    path: '/v2/images?owner={owner}',
    expect: { status: 200, json: { images: [], first: '/v2/images?owner={owner}', schema: '/v2/schemas/images' } },
  }),
  one('first without a query is bare', { method: 'GET', path: '/v2/images', expect: { status: 200, json: { first: '/v2/images' } } }),
  names('newest first', '', ['c', 'b', 'a']),
  names('sort by name', '&sort=name', ['c', 'b', 'a']),
  names('sort by name, upwards', '&sort=name:asc', ['a', 'b', 'c']),
  refused('a field that is no sort key', 'sort=min_ram', 'Invalid sort key: min_ram'),
  names('sort by status, then name', '&sort=status:asc,name:desc', ['c', 'b', 'a']),
  names('sort_key and sort_dir', '&sort_key=name&sort_dir=asc', ['a', 'b', 'c']),
  names('sort_key alone goes down', '&sort_key=name', ['c', 'b', 'a']),
  names(
    'sort by size puts none first, upwards',
    '&sort=size:asc',
    ['b', 'c', 'a'],
    [{ status: 'active', size: 300, fields: { name: 'a' } }, named('b'), { status: 'active', size: 100, fields: { name: 'c' } }],
  ),
  names('sort by created_at, upwards', '&sort=created_at:asc', ['a', 'b', 'c']),
  refused('an unknown sort key', 'sort=flavour', 'Invalid sort key: flavour'),
  refused('an unknown sort direction', 'sort=name:up', 'Invalid sort direction: up'),
  refused('both ways of sorting at once', 'sort=name&sort_key=name', 'Old and new sorting syntax cannot be combined'),
  refused(
    'two directions for one key',
    'sort_key=name&sort_dir=asc&sort_dir=desc',
    'Number of sort dirs does not match the number of sort keys',
  ),

  one(
    'a page and its next',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&limit=2&sort=name:asc',
      expect: {
        status: 200,
        json: {
          images: [expect.objectContaining({ name: 'a' }), expect.objectContaining({ name: 'b' })],
          first: '/v2/images?owner={owner}&limit=2&sort=name%3Aasc',
          next: '/v2/images?owner={owner}&limit=2&sort=name%3Aasc&marker={id2}',
        },
      },
    },
    { givens: ABC },
  ),
  one(
    'the last page has no next',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&limit=2&sort=name:asc&marker={id2}',
      expect: { status: 200, json: { images: [expect.objectContaining({ name: 'c' })], next: undefined } },
    },
    { givens: ABC },
  ),
  one(
    'a page that is just full has a next',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&limit=3&sort=name:asc',
      expect: { status: 200, json: { next: '/v2/images?owner={owner}&limit=3&sort=name%3Aasc&marker={id3}' } },
    },
    { givens: ABC },
  ),
  one(
    'and that leads to an empty page',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&limit=3&sort=name:asc&marker={id3}',
      expect: { status: 200, json: { images: [] } },
    },
    { givens: ABC },
  ),
  one(
    'limit 0 is empty',
    { method: 'GET', path: '/v2/images?owner={owner}&limit=0', expect: { status: 200, json: { images: [], next: undefined } } },
    { givens: ABC },
  ),
  one(
    'a large limit is taken',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&limit=2000',
      expect: { status: 200, json: { images: Array(3).fill(expect.anything()) } },
    },
    { givens: ABC },
  ),
  refused('limit below zero', 'limit=-1', 'limit param must be positive'),
  refused('limit as a word', 'limit=x', 'limit param must be an integer'),
  refused(
    'a marker that is not there',
    'marker=00000000-0000-4000-8000-000000000000',
    'No image found with ID 00000000-0000-4000-8000-000000000000',
  ),
  one(
    'a marker of another project',
    { method: 'GET', path: '/v2/images?marker={id}', expect: { status: 403, message: 'Forbidding request, image {id} not visible' } },
    {
      given: { status: 'queued', fields: { owner: '{other}' } },
    },
  ),
  one(
    '25 images are a page',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}',
      expect: { status: 200, json: { images: Array(25).fill(expect.anything()), next: expect.stringContaining('marker=') } },
    },
    { givens: Array.from({ length: 27 }, (_, n) => named(`n${n}`)) },
  ),

  names('by name', '&name=b', ['b']),
  names('by one of several names', '&name=in:a,c&sort=name:asc', ['a', 'c']),
  names('by a whole name with colons and quotes in it', '&name=eq:a:%22b%22,c', ['a:"b",c'], [...ABC, named('a:"b",c')]),
  names('by names in quotes, of which none can have a quote', '&name=in:%22a%5C%22b%22,c', ['c'], [...ABC, named('a"b')]),
  names('by names in quotes', '&name=in:%22a,b%22,c&sort=name:asc', ['a,b', 'c'], [...ABC, named('a,b')]),
  one(
    'by id',
    { method: 'GET', path: '/v2/images?id={id}', expect: { status: 200, json: { images: [{ id: '{id}' }] } } },
    { given: named('a') },
  ),
  one(
    'by several ids',
    {
      method: 'GET',
      path: '/v2/images?id=in:{id},{id2}&sort=name:asc',
      expect: { status: 200, json: { images: [{ id: '{id}' }, { id: '{id2}' }] } },
    },
    { givens: ABC },
  ),
  names('by status', '&status=active', ['x'], [{ status: 'active', fields: { name: 'x' } }, named('y')]),
  names('by a status that is none', '&status=nonsense', []),
  names('by disk format', '&disk_format=iso', ['i'], [named('i', { disk_format: 'iso' }), named('r')]),
  names(
    'by several disk formats',
    '&disk_format=in:iso,vmdk&sort=name:asc',
    ['i', 'v'],
    [named('i', { disk_format: 'iso' }), named('v', { disk_format: 'vmdk' }), named('r')],
  ),
  names('by container format', '&container_format=ova', ['o'], [named('o', { container_format: 'ova' }), named('r')]),
  names(
    'by size_min',
    '&size_min=200',
    ['big'],
    [
      { status: 'active', size: 300, fields: { name: 'big' } },
      { status: 'active', size: 100, fields: { name: 'small' } },
    ],
  ),
  names(
    'by size_max',
    '&size_max=200',
    ['small'],
    [
      { status: 'active', size: 300, fields: { name: 'big' } },
      { status: 'active', size: 100, fields: { name: 'small' } },
    ],
  ),
  names('by min_ram', '&min_ram=512', ['m'], [named('m', { min_ram: 512 }), named('n')]),
  names('by tag', '&tag=x', ['t'], [named('t', { tags: ['x', 'y'] }), named('u', { tags: ['y'] })]),
  names('by two tags', '&tag=x&tag=y', ['t'], [named('t', { tags: ['x', 'y'] }), named('u', { tags: ['y'] })]),
  one(
    'next keeps only the last of two tags',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&tag=x&tag=y&limit=1',
      expect: { status: 200, json: { next: '/v2/images?owner={owner}&tag=y&limit=1&marker={id}' } },
    },
    { givens: [named('t', { tags: ['x', 'y'] })] },
  ),
  names('by a property', '&os_distro=debian', ['d'], [named('d', { os_distro: 'debian' }), named('u', { os_distro: 'ubuntu' })]),
  names('an unknown parameter is a property that nobody has', '&fields=id', []),
  names('by protected', '&protected=true', ['p'], [named('p', { protected: true }), named('q')]),
  names('hidden images are left out', '', ['s'], [named('h', { os_hidden: true }), named('s')]),
  names('hidden images when asked for', '&os_hidden=true', ['h'], [named('h', { os_hidden: true }), named('s')]),
  names('created before the year 2000', '&created_at=lt:2000-01-01T00:00:00Z', []),
  names('created after the year 2000', '&created_at=gt:2000-01-01T00:00:00Z&sort=name:asc', ['a', 'b', 'c']),
  names('updated at a time long gone', '&updated_at=2000-01-01T00:00:00Z', []),
  names('by visibility', '&visibility=private', ['p'], [named('p', { visibility: 'private' }), named('s')]),
  names('own community images are in the list', '', ['c'], [named('c', { visibility: 'community' })]),
  one(
    "another project's community images are not",
    {
      method: 'GET',
      path: '/v2/images?owner={owner}',
      as: 'other',
      expect: { status: 200, json: { images: [] } },
    },
    { givens: [named('c', { visibility: 'community' })] },
  ),
  one(
    'unless asked for',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&visibility=community',
      as: 'other',
      expect: { status: 200, json: { images: [{ name: 'c' }] } },
    },
    { givens: [named('c', { visibility: 'community' })] },
  ),
  one(
    'or with visibility=all',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&visibility=all',
      as: 'other',
      expect: { status: 200, json: { images: [{ name: 'c' }] } },
    },
    { givens: [named('c', { visibility: 'community' }), named('s')] },
  ),
  one(
    'public images are in the list of others',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}',
      as: 'other',
      expect: { status: 200, json: { images: [{ name: 'p' }] } },
    },
    { givens: [named('p', { visibility: 'public' }), named('s')] },
  ),
  one(
    'an admin sees every project',
    { method: 'GET', path: '/v2/images?owner={owner}', as: 'admin', expect: { status: 200, json: { images: [{ name: 's' }] } } },
    { givens: [named('s')] },
  ),
  one(
    'an accepted image is in the list of its member',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}',
      as: 'other',
      expect: { status: 200, json: { images: [{ name: 's' }] } },
    },
    { given: { status: 'queued', fields: { name: 's' }, member: 'accepted' } },
  ),
  one(
    'a pending one is not',
    { method: 'GET', path: '/v2/images?owner={owner}', as: 'other', expect: { status: 200, json: { images: [] } } },
    {
      given: { status: 'queued', member: 'pending' },
    },
  ),
  one(
    'unless asked for by member_status',
    {
      method: 'GET',
      path: '/v2/images?owner={owner}&visibility=shared&member_status=pending',
      as: 'other',
      expect: { status: 200, json: { images: [{ id: '{id}' }] } },
    },
    { given: { status: 'queued', member: 'pending' } },
  ),
  refused('an unknown visibility', 'visibility=secret', 'Invalid visibility value: secret'),
  refused('an unknown member_status', 'member_status=maybe', 'Invalid status: maybe'),
  refused('a range that is no number', 'size_min=x', 'Unable to filter on a range with a non-numeric value.'),
  refused('a time that is none', 'created_at=gt:yesterday', 'Bad "created_at" query filter format. Use ISO 8601 DateTime notation.'),
  refused('an unknown operator on a time', 'created_at=foo:2020-01-01T00:00:00Z', 'Unable to filter on a unknown operator.'),
  refused('an unknown operator on a name', 'name=gt:a', "Unable to filter by unknown operator 'gt'."),
  refused('a quote that is not closed', 'name=in:%22a', 'The quote is not closed.'),
  refused('protected as a word', 'protected=yes', "Invalid value 'yes' for 'protected' filter."),
  refused('os_hidden as a word', 'os_hidden=yes', "Invalid value 'yes' for 'os_hidden' filter."),
  refused('changes-since is gone', 'changes-since=2020-01-01', 'no longer available on v2'),
]
