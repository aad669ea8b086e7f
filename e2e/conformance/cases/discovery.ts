import { expect } from 'vitest'
import { type Case, one, QUEUED } from '../case.ts'

const versions = { versions: expect.arrayContaining([expect.objectContaining({ id: 'v2.16', status: 'CURRENT' })]) }

export const discovery: readonly Case[] = [
  one('the root lists versions as 300, without a token', {
    method: 'GET',
    path: '/',
    as: 'nobody',
    expect: { status: 300, json: versions },
  }),
  one('/versions lists them as 200, without a token', {
    method: 'GET',
    path: '/versions',
    as: 'nobody',
    expect: { status: 200, json: versions },
  }),
  one('an unknown path at the top gets the versions', {
    method: 'GET',
    path: '/nosuch',
    as: 'nobody',
    expect: { status: 300, json: versions },
  }),
  one('/v1 gets the versions', { method: 'GET', path: '/v1/images', as: 'nobody', expect: { status: 300, json: versions } }),
  one('/v3 gets the versions', { method: 'GET', path: '/v3', as: 'nobody', expect: { status: 300, json: versions } }),
  {
    name: 'there are 17 versions, with links from Host',
    steps: [
      { method: 'GET', path: '/versions', as: 'nobody', expect: { status: 200, json: { versions: Array(17).fill(expect.anything()) } } },
      {
        method: 'GET',
        path: '/versions',
        as: 'nobody',
        expect: {
          status: 200,
          json: {
            versions: expect.arrayContaining([
              expect.objectContaining({ links: [{ rel: 'self', href: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v2\/$/) }] }),
            ]),
          },
        },
      },
    ],
  },
  // What it says depends on the checks that an operator configured; without any it says nothing.
  one('/healthcheck is OK without a token', {
    method: 'GET',
    path: '/healthcheck',
    as: 'nobody',
    headers: { Accept: 'text/plain' },
    expect: { status: 200, text: /^(OK)?$/ },
  }),
  one('/v2 sends on to /v2/', { method: 'GET', path: '/v2', expect: { status: 302, headers: { location: '{url}/v2/' } } }),
  one('/v2/ is nothing', { method: 'GET', path: '/v2/', expect: { status: 404, message: 'The resource could not be found.' } }),
  one('/v2 wants a token', { method: 'GET', path: '/v2', as: 'nobody', expect: { status: 401 } }),
  one('an unknown path below /v2 is 404', {
    method: 'GET',
    path: '/v2/nosuch',
    expect: { status: 404, message: 'The resource could not be found.', headers: { 'x-openstack-request-id': /^req-[0-9a-f-]{36}$/ } },
  }),
  one('a slash at the end is 404', { method: 'GET', path: '/v2/images/', expect: { status: 404 } }),
  one('HEAD of the list is 405', { method: 'HEAD', path: '/v2/images', expect: { status: 405, headers: { allow: 'GET, POST' } } }),
  one(
    'HEAD of an image is 405',
    { method: 'HEAD', path: '/v2/images/{id}', expect: { status: 405, headers: { allow: /GET/ } } },
    { given: QUEUED },
  ),
  one(
    'HEAD of a file is 405',
    { method: 'HEAD', path: '/v2/images/{id}/file', expect: { status: 405, headers: { allow: 'GET, PUT' } } },
    { given: QUEUED },
  ),
  one('DELETE of the list is 405', {
    method: 'DELETE',
    path: '/v2/images',
    expect: { status: 405, message: 'The method DELETE is not allowed for this resource. ', headers: { allow: 'GET, POST' } },
  }),
  one(
    'GET of stage is 405',
    { method: 'GET', path: '/v2/images/{id}/stage', expect: { status: 405, headers: { allow: 'PUT' } } },
    { given: QUEUED },
  ),
  one('an error is JSON where JSON is wanted', {
    method: 'GET',
    path: '/v2/images/{fresh}',
    expect: {
      status: 404,
      headers: { 'content-type': 'application/json' },
      json: { message: 'No image found with ID {fresh}<br /><br />\n\n\n', code: '404 Not Found', title: 'Not Found' },
    },
  }),
  one('an error is plain text where nothing is wanted', {
    method: 'GET',
    path: '/v2/images/{fresh}',
    headers: { Accept: '' },
    expect: {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
      text: '404 Not Found\n\nNo image found with ID {fresh}\n\n   ',
    },
  }),
  one('an error is plain text where plain text is wanted', {
    method: 'GET',
    path: '/v2/images/{fresh}',
    headers: { Accept: 'text/plain' },
    expect: { status: 404, headers: { 'content-type': 'text/plain; charset=UTF-8' }, text: /^404 Not Found\n\nNo image found/ },
  }),
  one('an error is HTML where anything is wanted', {
    method: 'GET',
    path: '/v2/images/{fresh}',
    headers: { Accept: '*/*' },
    expect: {
      status: 404,
      headers: { 'content-type': 'text/html; charset=UTF-8' },
      text: '<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  No image found with ID {fresh}<br /><br />\n\n\n\n </body>\n</html>',
    },
  }),
  one('HTML in an error is escaped', {
    method: 'GET',
    path: '/v2/images/%3Cb%3E',
    headers: { Accept: 'text/html' },
    expect: { status: 404, text: /No image found with ID &lt;b&gt;<br/ },
  }),
  one('the image schema has the formats', {
    method: 'GET',
    path: '/v2/schemas/image',
    expect: {
      status: 200,
      json: {
        name: 'image',
        additionalProperties: { type: 'string' },
        properties: {
          disk_format: { enum: [null, 'ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'] },
          container_format: { enum: [null, 'ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'] },
        },
      },
    },
  }),
  one('the image schema has the types and limits', {
    method: 'GET',
    path: '/v2/schemas/image',
    expect: {
      status: 200,
      json: {
        properties: {
          id: { type: 'string', pattern: expect.stringContaining('[0-9a-fA-F]') },
          name: { type: ['null', 'string'], maxLength: 255 },
          status: { readOnly: true, enum: expect.arrayContaining(['queued', 'killed', 'pending_delete']) },
          visibility: { enum: ['community', 'public', 'private', 'shared'] },
          checksum: { maxLength: 32, readOnly: true },
          os_hash_value: { maxLength: 128, readOnly: true },
          tags: { type: 'array', items: { type: 'string', maxLength: 255 } },
          min_ram: { type: 'integer' },
          kernel_id: { is_base: false },
        },
        links: [
          { rel: 'self', href: '{self}' },
          { rel: 'enclosure', href: '{file}' },
          { rel: 'describedby', href: '{schema}' },
        ],
      },
    },
  }),
  one('the images schema', {
    method: 'GET',
    path: '/v2/schemas/images',
    expect: {
      status: 200,
      json: { name: 'images', properties: { images: { type: 'array', items: { name: 'image' } }, next: { type: 'string' } } },
    },
  }),
  one('the member schema', {
    method: 'GET',
    path: '/v2/schemas/member',
    expect: { status: 200, json: { name: 'member', properties: { status: { enum: ['pending', 'accepted', 'rejected'] } } } },
  }),
  one('the members schema', { method: 'GET', path: '/v2/schemas/members', expect: { status: 200, json: { name: 'members' } } }),
  one('an unknown schema is 404', { method: 'GET', path: '/v2/schemas/nosuch', expect: { status: 404 } }),
  one('import methods', {
    method: 'GET',
    path: '/v2/info/import',
    expect: {
      status: 200,
      json: {
        'import-methods': {
          type: 'array',
          value: ['glance-direct', 'web-download', 'copy-image'],
          description: 'Import methods available.',
        },
      },
    },
  }),
  one('stores', {
    method: 'GET',
    path: '/v2/info/stores',
    expect: {
      status: 200,
      json: {
        stores: [
          { id: 'fast', description: 'the fast one', default: 'true' },
          { id: 'slow', description: 'the slow one' },
        ],
      },
    },
  }),
  one('the details of stores are for admins', {
    method: 'GET',
    path: '/v2/info/stores/detail',
    expect: { status: 403, message: 'You are not authorized to complete stores_info_detail action.' },
  }),
  one('an admin sees the details of stores', {
    method: 'GET',
    path: '/v2/info/stores/detail',
    as: 'admin',
    expect: {
      status: 200,
      json: {
        stores: [
          { id: 'fast', default: 'true', type: 'file', properties: { data_dir: expect.any(String) } },
          { id: 'slow', type: 'file' },
        ],
      },
    },
  }),
  one('usage without limits is empty', { method: 'GET', path: '/v2/info/usage', expect: { status: 200, json: { usage: {} } } }),
  one('no token is 401', {
    method: 'GET',
    path: '/v2/images',
    as: 'nobody',
    expect: {
      status: 401,
      message: 'This server could not verify that you are authorized',
      headers: { 'content-type': 'application/json' },
    },
  }),
  one('a wrong token is 401', {
    method: 'GET',
    path: '/v2/images',
    as: 'nobody',
    headers: { 'X-Auth-Token': 'bad' },
    expect: { status: 401 },
  }),
  one('no token is 401 for what does not exist either', { method: 'GET', path: '/v2/nosuch', as: 'nobody', expect: { status: 401 } }),
  one(
    'an upload without a token is 401',
    {
      method: 'PUT',
      path: '/v2/images/{id}/file',
      as: 'nobody',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: 'x',
      expect: { status: 401 },
    },
    { given: QUEUED, after: { status: 'queued' } },
  ),
  one(
    'a download without a token is 401',
    { method: 'GET', path: '/v2/images/{id}/file', as: 'nobody', expect: { status: 401 } },
    { given: { status: 'active' } },
  ),
  one('tasks of everybody are not for members', { method: 'GET', path: '/v2/tasks', expect: { status: 403, message: 'tasks_api_access' } }),
  one('an admin lists tasks', {
    method: 'GET',
    path: '/v2/tasks?limit=1',
    as: 'admin',
    expect: { status: 200, json: { tasks: expect.any(Array), schema: '/v2/schemas/tasks' } },
  }),
]
