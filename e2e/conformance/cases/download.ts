import { createHash } from 'node:crypto'
import { type Case, type Expected, type Given, one, QUEUED } from '../case.ts'
import { dataOf } from '../runner.ts'

const SIZE = 300_000
const DATA: Given = { status: 'active', size: SIZE }
const MD5 = createHash('md5').update(dataOf(SIZE)).digest('hex')

function get(name: string, headers: Record<string, string>, wanted: Expected, given: Given = DATA): Case {
  return one(name, { method: 'GET', path: '/v2/images/{id}/file', headers, expect: wanted }, { given })
}

function part(name: string, headers: Record<string, string>, from: number, to: number): Case {
  return get(name, headers, {
    status: 206,
    headers: {
      'content-range': `bytes ${from}-${to - 1}/${SIZE}`,
      'content-length': String(to - from),
      'content-md5': MD5,
      'content-type': 'application/octet-stream',
    },
    bytes: [from, to],
  })
}

const range = (value: string) => ({ Range: value })
const old = (value: string) => ({ 'Content-Range': value })
const INVALID = { status: 416, message: 'Invalid Range header.', headers: { 'content-range': null } }
const START = {
  status: 416,
  message: `Invalid start position in Range header. Start position MUST be in the inclusive range [0, ${SIZE - 1}].`,
  headers: { 'content-range': null },
}

export const downloads: readonly Case[] = [
  get(
    'a download',
    {},
    {
      status: 200,
      headers: {
        'content-length': String(SIZE),
        'content-type': 'application/octet-stream',
        'content-md5': MD5,
        'x-openstack-request-id': /^req-/,
        etag: null,
        'accept-ranges': null,
        'last-modified': null,
        'transfer-encoding': null,
      },
      bytes: [0, SIZE],
    },
  ),
  get('a download of 3 MB', {}, { status: 200, bytes: [0, 3_000_000] }, { status: 'active', size: 3_000_000 }),
  get('If-None-Match is ignored', { 'If-None-Match': `"${MD5}"` }, { status: 200, bytes: [0, SIZE] }),
  get('If-Range is ignored', { 'If-Range': '"other"', Range: 'bytes=0-9' }, { status: 206, bytes: [0, 10] }),
  get('gzip is ignored', { 'Accept-Encoding': 'gzip' }, { status: 200, headers: { 'content-encoding': null }, bytes: [0, SIZE] }),
  get('a queued image has no data', {}, { status: 204, headers: { 'content-length': '0' } }, QUEUED),
  get('a staged image has no data', {}, { status: 204 }, { status: 'staged' }),
  get('an image that is being uploaded has no data', {}, { status: 204 }, { status: 'saving' }),
  get('an image of 0 bytes', {}, { status: 200, headers: { 'content-length': '0' }, text: '' }, { status: 'active', size: 0 }),
  get('from the other store', {}, { status: 200, bytes: [0, 1000] }, { status: 'active', store: 'slow' }),
  one('an image that is not there', {
    method: 'GET',
    path: '/v2/images/{fresh}/file',
    expect: { status: 404, message: 'No image found with ID {fresh}' },
  }),
  one(
    "another project's image",
    { method: 'GET', path: '/v2/images/{id}/file', as: 'other', expect: { status: 404, message: 'No image found with ID {id}' } },
    { given: DATA },
  ),
  one(
    "another project's community image",
    { method: 'GET', path: '/v2/images/{id}/file', as: 'other', expect: { status: 200, bytes: [0, 1000] } },
    {
      given: { status: 'active', fields: { visibility: 'community' } },
    },
  ),
  part('bytes=0-99', range('bytes=0-99'), 0, 100),
  part('bytes=100-', range('bytes=100-'), 100, SIZE),
  part('bytes=-100', range('bytes=-100'), SIZE - 100, SIZE),
  part('the last byte', range('bytes=299999-'), SIZE - 1, SIZE),
  part('the first byte', range('bytes=0-0'), 0, 1),
  part('all of it', range('bytes=0-299999'), 0, SIZE),
  part('more than all of it', range('bytes=0-400000'), 0, SIZE),
  part('more than all of it, from the end', range('bytes=-400000'), 0, SIZE),
  part('the last 0 bytes are all of it', range('bytes=-0'), 0, SIZE),
  get('a start at the size', range('bytes=300000-'), START),
  get('a start and an end past the size', range('bytes=300000-300100'), START),
  get('an end before the start', range('bytes=200-100'), INVALID),
  get('no numbers', range('bytes=abc'), INVALID),
  get('another unit', range('items=0-5'), INVALID),
  get('several ranges', range('bytes=0-9,20-29'), {
    status: 400,
    message: 'Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead.',
  }),
  part('the old header', old('bytes 0-99/*'), 0, 100),
  part('the old header with the size', old('bytes 100-199/300000'), 100, 200),
  get('the old header past the end', old('bytes 0-400000/*'), { status: 416, message: 'Invalid stop position in Content-Range header.' }),
  get('the old header wholly past the end', old('bytes 300000-300100/*'), {
    status: 416,
    message: 'Invalid stop position in Content-Range header.',
  }),
  get('the old header with a wrong size', old('bytes 0-99/5'), { status: 416, message: 'Invalid Content-Range header.' }),
  get('the old header with an equals sign', old('bytes=0-99'), { status: 416, message: 'Invalid Content-Range header.' }),
  get('rubbish in the old header', old('rubbish'), { status: 416, message: 'Invalid Content-Range header.' }),
  get('the old header without a range', old('bytes */300000'), { status: 500, headers: { connection: 'close' } }),
  get('a range of a queued image', range('bytes=0-9'), { status: 500, headers: { connection: 'close' } }, QUEUED),
  get(
    'a range of an empty image',
    range('bytes=0-9'),
    { status: 416, message: 'Start position MUST be in the inclusive range [0, -1].' },
    { status: 'active', size: 0 },
  ),
]
