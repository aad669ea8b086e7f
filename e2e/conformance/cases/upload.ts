import { createHash } from 'node:crypto'
import { ACTIVE, type Case, type Expected, type Given, QUEUED, type Step } from '../case.ts'
import { dataOf } from '../runner.ts'
import { SIZE_CAP } from '../target.ts'

const OCTETS = { 'Content-Type': 'application/octet-stream' }
const SMALL = dataOf(1000)
const LARGE = dataOf(3_000_000)

const digests = (bytes: Uint8Array) => ({
  status: 'active',
  size: bytes.byteLength,
  checksum: createHash('md5').update(bytes).digest('hex'),
  os_hash_algo: 'sha512',
  os_hash_value: createHash('sha512').update(bytes).digest('hex'),
})

const DONE: Expected = {
  status: 204,
  headers: { 'content-length': '0', 'content-type': 'text/html; charset=UTF-8', 'x-openstack-request-id': /^req-/ },
}

function put(name: string, step: Partial<Step>, wanted: Expected, given: Given = QUEUED, after?: Case['after']): Case {
  const { headers, ...rest } = step
  return {
    name,
    given,
    steps: [{ method: 'PUT', path: '/v2/images/{id}/file', body: SMALL, ...rest, headers: { ...OCTETS, ...headers }, expect: wanted }],
    ...(after === undefined ? {} : { after }),
  }
}

/** A qcow2 header that declares 1 GiB, in 1000 bytes. */
function qcow2(): Buffer {
  const bytes = Buffer.alloc(1000)
  bytes.write('QFI\xfb', 0, 'latin1')
  bytes.writeUInt32BE(3, 4)
  bytes.writeUInt32BE(16, 20)
  bytes.writeBigUInt64BE(2n ** 30n, 24)
  bytes.writeUInt32BE(104, 100)
  return bytes
}

export const uploads: readonly Case[] = [
  put('an upload', {}, DONE, QUEUED, { ...digests(SMALL), virtual_size: 1000, stores: 'fast' }),
  put('a larger upload', { body: LARGE }, DONE, QUEUED, { ...digests(LARGE), virtual_size: 3_000_000 }),
  put('in chunks', { body: LARGE, chunked: true }, DONE, QUEUED, digests(LARGE)),
  put('to the other store', { headers: { 'X-Image-Meta-Store': 'slow' } }, DONE, QUEUED, { status: 'active', stores: 'slow' }),
  put('by a reader of the project', { as: 'reader' }, DONE, QUEUED, { status: 'active' }),
  put('by an admin', { as: 'admin' }, DONE, QUEUED, { status: 'active', owner: '{owner}' }),
  put('content type with a parameter', { headers: { 'Content-Type': 'application/octet-stream; charset=x' } }, DONE, QUEUED, {
    status: 'active',
  }),
  put('no bytes make an active image of size 0', { body: '' }, DONE, QUEUED, { ...digests(Buffer.alloc(0)), size: 0 }),
  put('x-openstack-image-size that is right', { headers: { 'x-openstack-image-size': '1000' } }, DONE, QUEUED, {
    status: 'active',
    size: 1000,
  }),
  put('x-openstack-image-size that is too small', { headers: { 'x-openstack-image-size': '10' } }, DONE, QUEUED, {
    status: 'active',
    size: 1000,
  }),
  put('x-openstack-image-size that is too large', { headers: { 'x-openstack-image-size': '100000' } }, DONE, QUEUED, {
    status: 'active',
    size: 1000,
  }),
  put('x-openstack-image-size that is no number', { headers: { 'x-openstack-image-size': 'abc' } }, DONE, QUEUED, { status: 'active' }),
  put('a wrong Content-MD5', { headers: { 'Content-MD5': '0'.repeat(32) } }, DONE, QUEUED, digests(SMALL)),
  put(
    'bytes that are not what the format says',
    {},
    DONE,
    { status: 'queued', fields: { disk_format: 'qcow2' } },
    { status: 'active', virtual_size: null },
  ),
  put(
    'a qcow2 has the size of its disk',
    { body: qcow2() },
    DONE,
    { status: 'queued', fields: { disk_format: 'qcow2' } },
    { status: 'active', size: 1000, virtual_size: 2 ** 30 },
  ),
  put(
    'an iso has no virtual size',
    {},
    DONE,
    { status: 'queued', fields: { disk_format: 'iso' } },
    { status: 'active', virtual_size: null },
  ),
  put(
    'a hidden, protected image takes data',
    {},
    DONE,
    { status: 'queued', fields: { protected: true, os_hidden: true } },
    { status: 'active' },
  ),
  put('exactly the size cap', { body: dataOf(SIZE_CAP) }, DONE, QUEUED, { status: 'active', size: SIZE_CAP }),

  put('onto an active image', {}, { status: 409, message: 'Image status transition from active to saving is not allowed' }, ACTIVE, {
    status: 'active',
    size: 1000,
  }),
  put(
    'onto a staged image',
    {},
    { status: 409, message: 'Image status transition from uploading to saving is not allowed' },
    { status: 'staged' },
    { status: 'uploading' },
  ),
  put(
    'onto an image that is being uploaded',
    {},
    { status: 409, message: 'Image status transition from saving to saving is not allowed' },
    { status: 'saving' },
    { status: 'saving' },
  ),
  put('to an image that is not there', { path: '/v2/images/{fresh}/file' }, { status: 404, message: 'No image found with ID {fresh}' }),
  put("to another project's image", { as: 'other' }, { status: 404, message: 'No image found with ID {id}' }, QUEUED, { status: 'queued' }),
  put(
    "to another project's public image",
    { as: 'other' },
    { status: 403, message: 'Not allowed to upload image data for image {id}' },
    { status: 'queued', fields: { visibility: 'public' } },
    { status: 'queued' },
  ),
  put(
    'without formats',
    {},
    { status: 400, message: 'Properties disk_format, container_format must be set prior to saving data.' },
    { status: 'queued', fields: { disk_format: null, container_format: null } },
    { status: 'queued' },
  ),
  put(
    'without a container format',
    {},
    { status: 400, message: 'Property container_format must be set prior to saving data.' },
    { status: 'queued', fields: { container_format: null } },
    { status: 'queued' },
  ),
  put(
    'without a disk format',
    {},
    { status: 400, message: 'Property disk_format must be set prior to saving data.' },
    { status: 'queued', fields: { disk_format: null } },
    { status: 'queued' },
  ),
  put(
    'as JSON',
    { headers: { 'Content-Type': 'application/json' } },
    { status: 415, message: 'The request media type application/json is not supported by this server.' },
    QUEUED,
    { status: 'queued' },
  ),
  put(
    'without a content type',
    { headers: { 'Content-Type': '' } },
    { status: 415, message: 'The request media type text/plain is not supported by this server.' },
    QUEUED,
    { status: 'queued' },
  ),
  put(
    'to a store that is not there',
    { headers: { 'X-Image-Meta-Store': 'nowhere', Accept: '' } },
    { status: 400, text: /Store for identifier nowhere not found/ },
    QUEUED,
    { status: 'queued' },
  ),
  put('to a store that climbs', { headers: { 'X-Image-Meta-Store': '../slow' } }, { status: 400 }, QUEUED, { status: 'queued' }),
  put(
    'one byte over the size cap',
    { body: dataOf(SIZE_CAP + 1) },
    { status: 413, message: 'The incoming image is too large: The provided image is too large.' },
    QUEUED,
    { status: 'queued', size: null },
  ),
  put('over the size cap, in chunks', { body: dataOf(SIZE_CAP + 1), chunked: true }, { status: 413 }, QUEUED, { status: 'queued' }),
  {
    name: 'over the quota of the project',
    givens: [QUEUED, { status: 'active', size: SIZE_CAP }, { status: 'active', size: SIZE_CAP }],
    steps: [
      {
        method: 'PUT',
        path: '/v2/images/{id}/file',
        headers: OCTETS,
        body: dataOf(6 * 1024 * 1024),
        expect: {
          status: 413,
          message: 'Image exceeds the storage quota: The size of the data 6291456 will exceed the limit. 5242880 bytes remaining.',
        },
      },
    ],
    after: { status: 'queued' },
  },
  {
    name: 'over the quota of the project, in chunks',
    givens: [QUEUED, { status: 'active', size: SIZE_CAP }, { status: 'active', size: SIZE_CAP }],
    steps: [
      {
        method: 'PUT',
        path: '/v2/images/{id}/file',
        headers: OCTETS,
        body: dataOf(6 * 1024 * 1024),
        chunked: true,
        expect: { status: 413 },
      },
    ],
    after: { status: 'saving' },
  },
  {
    name: 'a second upload after a refused one',
    given: QUEUED,
    steps: [
      { method: 'PUT', path: '/v2/images/{id}/file', headers: OCTETS, body: dataOf(SIZE_CAP + 1), expect: { status: 413 } },
      { method: 'PUT', path: '/v2/images/{id}/file', headers: OCTETS, body: SMALL, expect: { status: 204 } },
    ],
    after: digests(SMALL),
  },
  put('stage', { path: '/v2/images/{id}/stage' }, DONE, QUEUED, { status: 'uploading', size: 1000, checksum: null, stores: undefined }),
  put(
    'stage without formats',
    { path: '/v2/images/{id}/stage' },
    DONE,
    { status: 'queued', fields: { disk_format: null, container_format: null } },
    { status: 'uploading' },
  ),
  put(
    'stage twice',
    { path: '/v2/images/{id}/stage' },
    { status: 409, message: 'Image status transition from uploading to uploading is not allowed' },
    { status: 'staged' },
  ),
  put('stage onto an active image', { path: '/v2/images/{id}/stage' }, { status: 409, message: 'from active to uploading' }, ACTIVE, {
    status: 'active',
  }),
  put('stage as JSON', { path: '/v2/images/{id}/stage', headers: { 'Content-Type': 'application/json' } }, { status: 415 }, QUEUED, {
    status: 'queued',
  }),
  put("stage into another project's image", { path: '/v2/images/{id}/stage', as: 'other' }, { status: 404 }, QUEUED, { status: 'queued' }),
  put(
    "stage into another project's public image",
    { path: '/v2/images/{id}/stage', as: 'other' },
    { status: 403 },
    { status: 'queued', fields: { visibility: 'public' } },
    { status: 'queued' },
  ),
  put(
    'stage over the size cap',
    { path: '/v2/images/{id}/stage', body: dataOf(SIZE_CAP + 1) },
    { status: 413, message: 'The incoming image is too large' },
    QUEUED,
    { status: 'queued' },
  ),
]
