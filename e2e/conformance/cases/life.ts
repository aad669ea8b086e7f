import { ACTIVE, type Case, type Given, one, QUEUED } from '../case.ts'

const post = (action: string) => ({ method: 'POST', path: `/v2/images/{id}/actions/${action}` })
const PUBLIC: Given = { status: 'active', fields: { visibility: 'public' } }
const OFF: Given = { status: 'deactivated' }

export const life: readonly Case[] = [
  one(
    'an image is shown',
    {
      method: 'GET',
      path: '/v2/images/{id}',
      expect: {
        status: 200,
        headers: { 'content-type': 'application/json', 'x-openstack-request-id': /^req-/ },
        json: { id: '{id}', status: 'queued', stores: undefined },
      },
    },
    { given: QUEUED },
  ),
  one(
    'an active image has its stores',
    { method: 'GET', path: '/v2/images/{id}', expect: { status: 200, json: { status: 'active', stores: 'fast', size: 1000 } } },
    { given: ACTIVE },
  ),
  one('an id that is no UUID', {
    method: 'GET',
    path: '/v2/images/not-a-uuid',
    expect: { status: 404, message: 'No image found with ID not-a-uuid' },
  }),
  one('an id that climbs', { method: 'GET', path: '/v2/images/..%2F..%2Fetc%2Fpasswd', expect: { status: 404 } }),
  one(
    "another project's image is not there",
    { method: 'GET', path: '/v2/images/{id}', as: 'other', expect: { status: 404, message: 'No image found with ID {id}' } },
    { given: QUEUED },
  ),
  one(
    "another project's private image is not there",
    { method: 'GET', path: '/v2/images/{id}', as: 'other', expect: { status: 404 } },
    { given: { status: 'queued', fields: { visibility: 'private' } } },
  ),
  one(
    "another project's public image is",
    { method: 'GET', path: '/v2/images/{id}', as: 'other', expect: { status: 200 } },
    { given: PUBLIC },
  ),
  one(
    "another project's community image is",
    { method: 'GET', path: '/v2/images/{id}', as: 'other', expect: { status: 200 } },
    { given: { status: 'queued', fields: { visibility: 'community' } } },
  ),
  one(
    'an admin sees any image',
    { method: 'GET', path: '/v2/images/{id}', as: 'admin', expect: { status: 200 } },
    { given: { status: 'queued', fields: { visibility: 'private' } } },
  ),
  one('delete a queued image', { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 204 } }, { given: QUEUED, after: 'gone' }),
  one('delete an active image', { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 204 } }, { given: ACTIVE, after: 'gone' }),
  one(
    'delete a staged image',
    { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 204 } },
    { given: { status: 'staged' }, after: 'gone' },
  ),
  one('delete a deactivated image', { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 204 } }, { given: OFF, after: 'gone' }),
  one(
    'delete an image while it is uploaded',
    { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 204 } },
    { given: { status: 'saving' }, after: 'gone' },
  ),
  {
    name: 'delete twice',
    given: QUEUED,
    steps: [
      { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 204 } },
      { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 404, message: 'Failed to find image {id} to delete' } },
      { method: 'DELETE', path: '/v2/images/{id}', as: 'admin', expect: { status: 404 } },
    ],
  },
  one(
    'delete a protected image',
    { method: 'DELETE', path: '/v2/images/{id}', expect: { status: 403, message: 'Image {id} is protected and cannot be deleted.' } },
    { given: { status: 'queued', fields: { protected: true } }, after: { protected: true } },
  ),
  one(
    'an admin cannot delete a protected image either',
    { method: 'DELETE', path: '/v2/images/{id}', as: 'admin', expect: { status: 403 } },
    { given: { status: 'queued', fields: { protected: true } } },
  ),
  one(
    "delete another project's image",
    { method: 'DELETE', path: '/v2/images/{id}', as: 'other', expect: { status: 404 } },
    { given: QUEUED, after: { status: 'queued' } },
  ),
  one(
    "delete another project's public image",
    { method: 'DELETE', path: '/v2/images/{id}', as: 'other', expect: { status: 403, message: 'You do not own this image' } },
    { given: PUBLIC },
  ),
  one(
    'an admin deletes any image',
    { method: 'DELETE', path: '/v2/images/{id}', as: 'admin', expect: { status: 204 } },
    { given: ACTIVE, after: 'gone' },
  ),

  one('deactivate', { ...post('deactivate'), expect: { status: 204 } }, { given: ACTIVE, after: { status: 'deactivated' } }),
  one('deactivate twice', { ...post('deactivate'), expect: { status: 204 } }, { given: OFF, after: { status: 'deactivated' } }),
  one('reactivate', { ...post('reactivate'), expect: { status: 204 } }, { given: OFF, after: { status: 'active', stores: 'fast' } }),
  one('reactivate an active image', { ...post('reactivate'), expect: { status: 204 } }, { given: ACTIVE, after: { status: 'active' } }),
  one(
    'deactivate a queued image',
    { ...post('deactivate'), expect: { status: 403, message: "Not allowed to deactivate image in status 'queued'" } },
    { given: QUEUED },
  ),
  one(
    'reactivate a queued image',
    { ...post('reactivate'), expect: { status: 403, message: "Not allowed to reactivate image in status 'queued'" } },
    { given: QUEUED },
  ),
  one(
    'deactivate a staged image',
    { ...post('deactivate'), expect: { status: 403, message: "in status 'uploading'" } },
    { given: { status: 'staged' } },
  ),
  one('deactivate what is not there', { method: 'POST', path: '/v2/images/{fresh}/actions/deactivate', expect: { status: 404 } }),
  one(
    "deactivate another project's public image",
    { ...post('deactivate'), as: 'other', expect: { status: 403 } },
    { given: PUBLIC, after: { status: 'active' } },
  ),
  one('an unknown action', { ...post('explode'), expect: { status: 404 } }, { given: ACTIVE }),
  one(
    'a deactivated image cannot be downloaded',
    {
      method: 'GET',
      path: '/v2/images/{id}/file',
      expect: { status: 403, message: 'The requested image has been deactivated. Image data download is forbidden.' },
    },
    { given: OFF },
  ),
  one(
    'an admin downloads a deactivated image',
    { method: 'GET', path: '/v2/images/{id}/file', as: 'admin', expect: { status: 200, bytes: [0, 1000] } },
    { given: OFF },
  ),
  one(
    'a deactivated image has no stores for its owner',
    { method: 'GET', path: '/v2/images/{id}', expect: { status: 200, json: { status: 'deactivated', stores: undefined } } },
    { given: OFF },
  ),
  one(
    'a deactivated image takes no data',
    {
      method: 'PUT',
      path: '/v2/images/{id}/file',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: 'x',
      expect: { status: 409, message: 'Image status transition from deactivated to saving is not allowed' },
    },
    { given: OFF },
  ),
]
