import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { ACTIVE, type Case, type Expected, type Given, one, QUEUED, type Step } from '../case.ts'
import { dataOf } from '../runner.ts'

const STAGED: Given = { status: 'staged' }
const direct = { method: { name: 'glance-direct' } }
const web = (uri: string) => ({ method: { name: 'web-download', uri } })
const copy = (stores: readonly string[]) => ({ method: { name: 'copy-image' }, stores })

function order(json: unknown, wanted: Expected, more: Partial<Step> = {}): Step {
  return { method: 'POST', path: '/v2/images/{id}/import', json, ...more, expect: wanted }
}

const shows = (json: unknown): Step => ({ method: 'GET', path: '/v2/images/{id}', eventually: true, expect: { status: 200, json } })
const tasks = (json: unknown): Step => ({ method: 'GET', path: '/v2/images/{id}/tasks', eventually: true, expect: { status: 200, json } })
const TAKEN: Expected = { status: 202, headers: { 'content-length': '0' } }
const md5 = (size: number) => createHash('md5').update(dataOf(size)).digest('hex')
const LEFT = { os_glance_importing_to_stores: '', os_glance_failed_import: '', os_glance_import_task: undefined }

function refused(name: string, json: unknown, status: number, message: string, given: Given = QUEUED, more: Partial<Step> = {}): Case {
  return { name, given, steps: [order(json, { status, message }, more)] }
}

export const imports: readonly Case[] = [
  {
    name: 'glance-direct',
    given: STAGED,
    steps: [
      order(direct, TAKEN),
      shows({ status: 'active', size: 1000, checksum: md5(1000), os_hash_algo: 'sha512', stores: 'fast', ...LEFT }),
      tasks({
        tasks: [
          {
            type: 'api_image_import',
            status: 'success',
            image_id: '{id}',
            owner: '{owner}',
            result: { image_id: '{id}' },
            input: { image_id: '{id}', backend: ['fast'] },
            id: expect.any(String),
          },
        ],
      }),
      { method: 'GET', path: '/v2/images/{id}/file', expect: { status: 200, bytes: [0, 1000] } },
    ],
  },
  {
    name: 'glance-direct to two stores',
    given: STAGED,
    steps: [order({ ...direct, stores: ['fast', 'slow'] }, TAKEN), shows({ status: 'active', stores: 'fast,slow' })],
  },
  {
    name: 'glance-direct to all stores',
    given: STAGED,
    steps: [order({ ...direct, all_stores: true }, TAKEN), shows({ status: 'active', stores: 'fast,slow' })],
  },
  {
    name: 'glance-direct to a store by header',
    given: STAGED,
    steps: [order(direct, TAKEN, { headers: { 'X-Image-Meta-Store': 'slow' } }), shows({ status: 'active', stores: 'slow' })],
  },
  refused(
    'glance-direct of an image that is not staged',
    direct,
    409,
    "Image needs to be staged before 'glance-direct' method can be used",
  ),
  refused('import into an active image', direct, 409, 'Image with status active cannot be target for import', ACTIVE),
  refused('stores in body and header', { ...direct, stores: ['fast'] }, 400, "can't be both specified", STAGED, {
    headers: { 'X-Image-Meta-Store': 'slow' },
  }),
  refused(
    'all stores and some stores',
    { ...direct, stores: ['fast'], all_stores: true },
    400,
    "All_stores parameter can't be used",
    STAGED,
  ),
  refused('a store that is not there', { ...direct, stores: ['nowhere'] }, 409, 'nowhere', STAGED),
  refused('an unknown method', { method: { name: 'foo' } }, 400, "Unknown import method name 'foo'."),
  refused('no method', {}, 400, "Import request requires a 'method' field."),
  refused('no name of a method', { method: {} }, 400, "Import request requires a 'name' field."),
  refused('all_stores as a word', { ...direct, all_stores: 'yes' }, 400, "'all_stores' must be boolean value only", STAGED),
  refused(
    'all_stores_must_succeed as a word',
    { ...direct, all_stores_must_succeed: 'yes' },
    400,
    "'all_stores_must_succeed' must be boolean value only",
    STAGED,
  ),
  refused('without a container format', direct, 409, "'container_format' needs to be set before import", {
    status: 'staged',
    fields: { container_format: null },
  }),
  refused('without a disk format', direct, 409, "'disk_format' needs to be set before import", {
    status: 'staged',
    fields: { disk_format: null },
  }),
  one('import into an image that is not there', {
    method: 'POST',
    path: '/v2/images/{fresh}/import',
    json: direct,
    expect: { status: 404, message: 'No image found with ID {fresh}' },
  }),
  one(
    'import without a body',
    { method: 'POST', path: '/v2/images/{id}/import', expect: { status: 400, message: 'Body expected in request.' } },
    { given: QUEUED },
  ),
  refused("import into another project's image", direct, 404, 'No image found', STAGED, { as: 'other' }),
  refused(
    "import into another project's public image",
    web('{source}/ok'),
    403,
    'You do not own this image',
    { status: 'queued', fields: { visibility: 'public' } },
    { as: 'other' },
  ),
  {
    name: 'web-download',
    given: QUEUED,
    steps: [order(web('{source}/ok'), TAKEN), shows({ status: 'active', size: 5000, checksum: md5(5000), stores: 'fast', ...LEFT })],
  },
  {
    name: 'web-download to all stores',
    given: QUEUED,
    steps: [order({ ...web('{source}/ok'), all_stores: true }, TAKEN), shows({ status: 'active', stores: 'fast,slow' })],
  },
  {
    name: 'web-download of what is not there',
    given: QUEUED,
    steps: [
      order(web('{source}/missing'), TAKEN),
      tasks({ tasks: [{ status: 'failure', message: expect.stringContaining('Task failed due to Internal Error') }] }),
      shows({ status: 'queued', size: null, os_glance_failed_import: 'fast', os_glance_importing_to_stores: '' }),
    ],
  },
  refused(
    'web-download from another port',
    web('http://127.0.0.1:22/'),
    400,
    'URI for web-download does not pass filtering: http://127.0.0.1:22/',
  ),
  refused('web-download from another host', web('http://127.0.0.2/ok'), 400, 'URI for web-download does not pass filtering'),
  refused(
    'web-download from the link-local metadata address',
    web('http://169.254.169.254/'),
    400,
    'URI for web-download does not pass filtering',
  ),
  refused('web-download of a file', web('file:///etc/passwd'), 400, 'URI for web-download does not pass filtering: file:///etc/passwd'),
  refused(
    'web-download without an address',
    { method: { name: 'web-download' } },
    400,
    'URI for web-download does not pass filtering: None',
  ),
  refused(
    'web-download into a staged image',
    web('{source}/ok'),
    409,
    "Image needs to be in 'queued' state to use 'web-download' method",
    STAGED,
  ),
  refused('copy-image is for admins', copy(['slow']), 403, 'You are not authorized to complete copy_image action.', ACTIVE),
  {
    name: 'copy-image',
    given: ACTIVE,
    steps: [order(copy(['slow']), TAKEN, { as: 'admin' }), shows({ status: 'active', stores: 'fast,slow', checksum: md5(1000) })],
  },
  {
    name: 'copy-image to all stores',
    given: ACTIVE,
    steps: [
      order({ method: { name: 'copy-image' }, all_stores: true }, TAKEN, { as: 'admin' }),
      shows({ status: 'active', stores: 'fast,slow' }),
    ],
  },
  refused('copy-image to where it is', copy(['fast']), 400, "Image is already present at store 'fast'", ACTIVE, { as: 'admin' }),
  refused('copy-image of a queued image', copy(['slow']), 409, 'Only images with status active can be targeted for copying', QUEUED, {
    as: 'admin',
  }),
  one('no tasks', { method: 'GET', path: '/v2/images/{id}/tasks', expect: { status: 200, json: { tasks: [] } } }, { given: QUEUED }),
  one('tasks of an image that is not there', { method: 'GET', path: '/v2/images/{fresh}/tasks', expect: { status: 404 } }),
  {
    name: 'take the data out of one of two stores',
    given: ACTIVE,
    steps: [
      order(copy(['slow']), TAKEN, { as: 'admin' }),
      shows({ stores: 'fast,slow', os_glance_import_task: undefined }),
      { method: 'DELETE', path: '/v2/stores/fast/{id}', as: 'admin', expect: { status: 204 } },
      { method: 'GET', path: '/v2/images/{id}/file', expect: { status: 200, bytes: [0, 1000] } },
    ],
    after: { stores: 'slow' },
  },
  one(
    'take the data out of the only store',
    {
      method: 'DELETE',
      path: '/v2/stores/fast/{id}',
      as: 'admin',
      expect: { status: 403, message: 'Cannot delete image data from the only store containing it.' },
    },
    { given: ACTIVE },
  ),
  one(
    'take the data out of a store that is not there',
    {
      method: 'DELETE',
      path: '/v2/stores/nowhere/{id}',
      as: 'admin',
      expect: { status: 409, message: 'The selected store nowhere is not available on this node.' },
    },
    { given: ACTIVE },
  ),
  one(
    'take data out of a store as the owner',
    { method: 'DELETE', path: '/v2/stores/fast/{id}', expect: { status: 403 } },
    { given: ACTIVE },
  ),
  one(
    'take data out of a queued image',
    {
      method: 'DELETE',
      path: '/v2/stores/fast/{id}',
      as: 'admin',
      expect: { status: 409, message: "It's not allowed to remove image data from store" },
    },
    { given: QUEUED },
  ),
]
