import { ACTIVE, type Case, type Expected, type Given, QUEUED, type Who } from '../case.ts'

const V21 = 'application/openstack-images-v2.1-json-patch'
const V20 = 'application/openstack-images-v2.0-json-patch'

function patch(
  name: string,
  body: unknown,
  wanted: Expected,
  options: { given?: Given; as?: Who; type?: string; after?: Case['after'] } = {},
): Case {
  const { given = QUEUED, as = 'owner', type = V21, after } = options
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {
    name,
    given,
    steps: [{ method: 'PATCH', path: '/v2/images/{id}', as, headers: { 'Content-Type': type }, body: text, expect: wanted }],
    ...(after === undefined ? {} : { after }),
  }
}

const replace = (field: string, value: unknown) => [{ op: 'replace', path: `/${field}`, value }]
const add = (field: string, value: unknown) => [{ op: 'add', path: `/${field}`, value }]
const remove = (field: string) => [{ op: 'remove', path: `/${field}` }]
const WITH: Given = { status: 'queued', fields: { mine: 'old', tags: ['t'] } }

export const patches: readonly Case[] = [
  patch('replace the name', replace('name', 'new'), { status: 200, json: { name: 'new', id: '{id}' } }, { after: { name: 'new' } }),
  patch('add on a field replaces it', add('name', 'new'), { status: 200, json: { name: 'new' } }),
  patch('add a property', add('mine', 'v'), { status: 200, json: { mine: 'v' } }, { after: { mine: 'v' } }),
  patch('add on a property replaces it', add('mine', 'new'), { status: 200, json: { mine: 'new' } }, { given: WITH }),
  patch('replace a property', replace('mine', 'new'), { status: 200, json: { mine: 'new' } }, { given: WITH }),
  patch('remove a property', remove('mine'), { status: 200, json: { mine: undefined } }, { given: WITH }),
  patch('replace tags by a list', replace('tags', ['one']), { status: 200, json: { tags: ['one'] } }, { given: WITH }),
  patch(
    'several changes at once',
    [...replace('name', 'n'), ...add('extra', 'e'), ...remove('mine')],
    { status: 200, json: { name: 'n', extra: 'e', mine: undefined } },
    { given: WITH },
  ),
  patch('no changes', [], { status: 200, json: { name: 'given' } }),
  patch('min_disk and min_ram', [...replace('min_disk', 3), ...replace('min_ram', 64)], {
    status: 200,
    json: { min_disk: 3, min_ram: 64 },
  }),
  patch('protected and os_hidden', [...replace('protected', true), ...replace('os_hidden', true)], {
    status: 200,
    json: { protected: true, os_hidden: true },
  }),
  patch('visibility to private', replace('visibility', 'private'), { status: 200, json: { visibility: 'private' } }),
  patch('visibility to community', replace('visibility', 'community'), { status: 200, json: { visibility: 'community' } }),
  patch('an admin may publish', replace('visibility', 'public'), { status: 200, json: { visibility: 'public' } }, { as: 'admin' }),
  patch('an admin may give an image away', replace('owner', 'somebody'), { status: 200, json: { owner: 'somebody' } }, { as: 'admin' }),
  patch('formats of a queued image', [...replace('disk_format', 'iso'), ...replace('container_format', 'ova')], {
    status: 200,
    json: { disk_format: 'iso', container_format: 'ova' },
  }),
  patch('an escaped slash in a name', [{ op: 'add', path: '/a~1b', value: 'v' }], { status: 200, json: { 'a/b': 'v' } }),
  patch('an escaped tilde in a name', [{ op: 'add', path: '/a~0b', value: 'v' }], { status: 200, json: { 'a~b': 'v' } }),
  patch('the older form of patches', [{ replace: '/name', value: 'new' }], { status: 200, json: { name: 'new' } }, { type: V20 }),
  patch(
    'add on what is there, in the older form',
    [{ add: '/name', value: 'new' }],
    { status: 409, message: 'Property name already present.' },
    { type: V20 },
  ),
  patch(
    'two operations in one, in the older form',
    [{ add: '/a', remove: '/a', value: 'x' }],
    { status: 400, message: 'Operation objects must contain only one member' },
    { type: V20 },
  ),
  patch('a reader of the project may change', replace('name', 'new'), { status: 200 }, { as: 'reader' }),

  patch(
    'a member may not publish',
    replace('visibility', 'public'),
    { status: 403, message: 'publicize_image' },
    { after: { visibility: 'shared' } },
  ),
  patch('a member may not give an image away', replace('owner', 'somebody'), {
    status: 403,
    message: "Owner can't be updated by non admin.",
  }),
  patch(
    "another project's image is not there",
    replace('name', 'x'),
    { status: 404, message: 'No image found with ID {id}' },
    { as: 'other', after: { name: 'given' } },
  ),
  patch(
    'a project that it is shared with may not change it',
    replace('name', 'x'),
    { status: 403, message: 'You do not own this image' },
    { as: 'other', given: { status: 'queued', member: 'accepted' } },
  ),
  patch('one wrong change spoils all', [...replace('name', 'new'), ...remove('nosuch')], { status: 409 }, { after: { name: 'given' } }),
  patch('remove what is not there', remove('nosuch'), { status: 409, message: 'Property nosuch does not exist.' }),
  patch('replace what is not there', replace('nosuch', 'v'), { status: 409, message: 'Property nosuch does not exist.' }),
  patch('remove a field', remove('name'), { status: 403, message: 'Property name may not be removed.' }),
  ...['id', 'status', 'checksum', 'created_at', 'updated_at', 'self', 'file', 'schema', 'os_hash_algo', 'os_hash_value', 'direct_url'].map(
    (field) => patch(`${field} is read-only`, replace(field, 'x'), { status: 403, message: `Attribute '${field}' is read-only.` }),
  ),
  patch('size is read-only', replace('size', 5), { status: 403, message: "Attribute 'size' is read-only." }),
  ...['deleted', 'location', 'os_glance_failed_import'].map((field) =>
    patch(`${field} is reserved`, replace(field, 'x'), { status: 403, message: `Attribute '${field}' is reserved.` }),
  ),
  patch(
    'disk_format of an active image',
    replace('disk_format', 'iso'),
    { status: 403, message: 'Attribute disk_format can be only replaced for a queued image.' },
    { given: ACTIVE },
  ),
  patch(
    'container_format of an active image',
    replace('container_format', 'ova'),
    { status: 403, message: 'Attribute container_format can be only replaced for a queued image.' },
    { given: ACTIVE },
  ),
  patch('a property that is a number', add('mine', 5), { status: 400, message: "does not match schema 'image'" }),
  patch('min_disk below zero', replace('min_disk', -1), { status: 400, message: "Invalid value '-1' for parameter 'min_disk'" }),
  patch('an unknown disk format', replace('disk_format', 'x'), { status: 400 }),
  patch('a name of 256 characters', replace('name', 'x'.repeat(256)), { status: 400 }),
  patch('the operation test', [{ op: 'test', path: '/name', value: 'given' }], { status: 400, message: 'Invalid operation: `test`.' }),
  patch('no operation', [{ path: '/name', value: 'x' }], { status: 400, message: 'Unable to find `op`' }),
  patch('no path', [{ op: 'replace', value: 'x' }], { status: 400, message: "Unable to find 'path'" }),
  patch('no value', [{ op: 'replace', path: '/name' }], { status: 400, message: 'requires a member named "value".' }),
  patch('a path without a slash', [{ op: 'replace', path: 'name', value: 'x' }], { status: 400, message: 'does not start with "/".' }),
  patch('a path with a slash at the end', [{ op: 'replace', path: '/name/', value: 'x' }], { status: 400, message: 'end with "/".' }),
  patch('a path that goes deeper', [{ op: 'replace', path: '/name/x', value: 'x' }], {
    status: 400,
    message: "Invalid JSON pointer for this resource: '/name/x'",
  }),
  patch('a wrong escape', [{ op: 'replace', path: '/na~2me', value: 'x' }], { status: 400, message: 'escape sequence' }),
  patch('locations', replace('locations', []), { status: 403 }),
  patch(
    'an object instead of a list',
    { op: 'replace', path: '/name', value: 'x' },
    { status: 400, message: 'Request body must be a JSON array of operation objects.' },
  ),
  patch('words instead of operations', ['x'], { status: 400, message: 'Operations must be JSON objects.' }),
  patch('broken JSON', '[{', { status: 400, message: 'Malformed JSON in request body.' }),
  patch('no body', '', { status: 400, message: 'Body expected in request.' }),
  ...['application/json', 'application/json-patch+json', 'text/plain'].map((type) =>
    patch(
      `content type ${type}`,
      replace('name', 'x'),
      {
        status: 415,
        message: `The request media type ${type} is not supported by this server.`,
        headers: { 'accept-patch': `${V20}, ${V21}` },
      },
      { type },
    ),
  ),
  {
    name: 'an image that is not there',
    steps: [
      {
        method: 'PATCH',
        path: '/v2/images/{fresh}',
        headers: { 'Content-Type': V21 },
        body: '[]',
        expect: { status: 404, message: 'No image found with ID {fresh}' },
      },
    ],
  },
]
