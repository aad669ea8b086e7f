import { expect } from 'vitest'
import { type Case, type Given, one, QUEUED, type Who } from '../case.ts'

const PENDING: Given = { status: 'queued', member: 'pending' }
const ACCEPTED: Given = { status: 'active', member: 'accepted' }
const PRIVATE: Given = { status: 'queued', fields: { visibility: 'private' } }

const list = (as: Who) => ({ method: 'GET', path: '/v2/images/{id}/members', as })
const say = (as: Who, status: unknown, member = '{other}') => ({
  method: 'PUT',
  path: `/v2/images/{id}/members/${member}`,
  as,
  json: { status },
})

export const sharing: readonly Case[] = [
  one('a tag', { method: 'PUT', path: '/v2/images/{id}/tags/red', expect: { status: 204 } }, { given: QUEUED, after: { tags: ['red'] } }),
  one(
    'a tag that is there',
    { method: 'PUT', path: '/v2/images/{id}/tags/red', expect: { status: 204 } },
    { given: { status: 'queued', fields: { tags: ['red'] } }, after: { tags: ['red'] } },
  ),
  one(
    'a tag with a blank',
    { method: 'PUT', path: '/v2/images/{id}/tags/two%20words', expect: { status: 204 } },
    { given: QUEUED, after: { tags: ['two words'] } },
  ),
  one(
    'a tag of 256 characters',
    { method: 'PUT', path: `/v2/images/{id}/tags/${'x'.repeat(256)}`, expect: { status: 400 } },
    { given: QUEUED, after: { tags: [] } },
  ),
  one(
    'a tag beyond ASCII in the address',
    { method: 'PUT', path: '/v2/images/{id}/tags/%C3%A9', expect: { status: 204 } },
    { given: QUEUED, after: { tags: ['\u00c3\u00a9'] } },
  ),
  one(
    'the 129th tag',
    { method: 'PUT', path: '/v2/images/{id}/tags/more', expect: { status: 413, message: 'Image tag limit exceeded for image {id}' } },
    {
      given: { status: 'queued', fields: { tags: Array.from({ length: 128 }, (_, n) => `t${n}`) } },
    },
  ),
  one(
    'a tag goes',
    { method: 'DELETE', path: '/v2/images/{id}/tags/red', expect: { status: 204 } },
    { given: { status: 'queued', fields: { tags: ['red', 'blue'] } }, after: { tags: ['blue'] } },
  ),
  one(
    'a tag that is not there does not go',
    { method: 'DELETE', path: '/v2/images/{id}/tags/red', expect: { status: 404 } },
    { given: QUEUED },
  ),
  one('a tag for an image that is not there', {
    method: 'PUT',
    path: '/v2/images/{fresh}/tags/red',
    expect: { status: 404, message: 'Image {fresh} not found.' },
  }),
  one(
    "a tag for another project's image",
    { method: 'PUT', path: '/v2/images/{id}/tags/red', as: 'other', expect: { status: 404 } },
    { given: QUEUED, after: { tags: [] } },
  ),
  one(
    'a tag by a project that it is shared with',
    { method: 'PUT', path: '/v2/images/{id}/tags/red', as: 'other', expect: { status: 403 } },
    { given: ACCEPTED, after: { tags: [] } },
  ),
  one('GET of a tag is 405', { method: 'GET', path: '/v2/images/{id}/tags/red', expect: { status: 405 } }, { given: QUEUED }),

  one(
    'share an image',
    {
      method: 'POST',
      path: '/v2/images/{id}/members',
      json: { member: '{other}' },
      expect: {
        status: 200,
        json: {
          member_id: '{other}',
          image_id: '{id}',
          status: 'pending',
          schema: '/v2/schemas/member',
          created_at: expect.stringMatching(/Z$/),
        },
      },
    },
    { given: QUEUED },
  ),
  one(
    'share it again',
    {
      method: 'POST',
      path: '/v2/images/{id}/members',
      json: { member: '{other}' },
      expect: { status: 409, message: 'Member {other} is duplicated for image {id}' },
    },
    { given: PENDING },
  ),
  one(
    'share a private image',
    {
      method: 'POST',
      path: '/v2/images/{id}/members',
      json: { member: '{other}' },
      expect: { status: 403, message: 'Not allowed to create members for image {id}.' },
    },
    { given: PRIVATE },
  ),
  one(
    'share with nobody',
    { method: 'POST', path: '/v2/images/{id}/members', json: { member: '' }, expect: { status: 400, message: "Member can't be empty" } },
    { given: QUEUED },
  ),
  one(
    'share without a member',
    { method: 'POST', path: '/v2/images/{id}/members', json: {}, expect: { status: 400, message: 'Member to be added not specified' } },
    { given: QUEUED },
  ),
  one(
    'share with a list',
    { method: 'POST', path: '/v2/images/{id}/members', json: [], expect: { status: 400, message: 'Expected a member in the form' } },
    { given: QUEUED },
  ),
  one(
    'share without a body',
    { method: 'POST', path: '/v2/images/{id}/members', expect: { status: 400, message: 'Body expected in request.' } },
    { given: QUEUED },
  ),
  one('share what is not there', {
    method: 'POST',
    path: '/v2/images/{fresh}/members',
    json: { member: 'm' },
    expect: { status: 404, message: 'Image {fresh} not found.' },
  }),
  one(
    'a member may not share on',
    { method: 'POST', path: '/v2/images/{id}/members', as: 'other', json: { member: 'm' }, expect: { status: 403 } },
    { given: ACCEPTED },
  ),
  one(
    'the owner lists members',
    {
      ...list('owner'),
      expect: { status: 200, json: { members: [{ member_id: '{other}', status: 'pending' }], schema: '/v2/schemas/members' } },
    },
    { given: PENDING },
  ),
  one(
    'a member lists itself',
    { ...list('other'), expect: { status: 200, json: { members: [{ member_id: '{other}' }] } } },
    { given: PENDING },
  ),
  one(
    'members of a private image',
    { ...list('owner'), expect: { status: 403, message: 'Only shared images have members.' } },
    { given: PRIVATE },
  ),
  one('members of an image that is not there', { method: 'GET', path: '/v2/images/{fresh}/members', expect: { status: 404 } }),
  one(
    'one member',
    { method: 'GET', path: '/v2/images/{id}/members/{other}', expect: { status: 200, json: { member_id: '{other}', status: 'pending' } } },
    { given: PENDING },
  ),
  one(
    'a member that is none',
    {
      method: 'GET',
      path: '/v2/images/{id}/members/nobody',
      expect: { status: 404, message: 'nobody not found in the member list of the image {id}.' },
    },
    { given: PENDING },
  ),
  one(
    'one member of a private image',
    { method: 'GET', path: '/v2/images/{id}/members/{other}', expect: { status: 404, message: 'Only shared images have members.' } },
    { given: PRIVATE },
  ),
  one(
    'a member accepts',
    { ...say('other', 'accepted'), expect: { status: 200, json: { status: 'accepted', member_id: '{other}' } } },
    { given: PENDING },
  ),
  one('a member rejects', { ...say('other', 'rejected'), expect: { status: 200, json: { status: 'rejected' } } }, { given: PENDING }),
  one(
    'the owner cannot accept for it',
    { ...say('owner', 'accepted'), expect: { status: 403, message: 'Not allowed to update members for image {id}.' } },
    { given: PENDING },
  ),
  one('an admin can', { ...say('admin', 'accepted'), expect: { status: 200, json: { status: 'accepted' } } }, { given: PENDING }),
  one(
    'an unknown member status',
    { ...say('other', 'perhaps'), expect: { status: 400, message: 'Incorrect request' } },
    { given: PENDING },
  ),
  one(
    'no member status',
    {
      method: 'PUT',
      path: '/v2/images/{id}/members/{other}',
      as: 'other',
      json: {},
      expect: { status: 400, message: 'Status not specified' },
    },
    { given: PENDING },
  ),
  one('accept for a member that is none', { ...say('other', 'accepted', 'nobody'), expect: { status: 404 } }, { given: PENDING }),
  one(
    'the owner takes a member away',
    { method: 'DELETE', path: '/v2/images/{id}/members/{other}', expect: { status: 204 } },
    { given: PENDING },
  ),
  one(
    'a member cannot take itself away',
    {
      method: 'DELETE',
      path: '/v2/images/{id}/members/{other}',
      as: 'other',
      expect: { status: 403, message: 'Not allowed to delete members for image {id}.' },
    },
    { given: ACCEPTED },
  ),
  one(
    'a member that is none cannot be taken away',
    { method: 'DELETE', path: '/v2/images/{id}/members/nobody', expect: { status: 404 } },
    { given: PENDING },
  ),
  one(
    'a pending member sees the image at once',
    { method: 'GET', path: '/v2/images/{id}', as: 'other', expect: { status: 200, json: { id: '{id}' } } },
    { given: PENDING },
  ),
  one(
    'a member downloads',
    { method: 'GET', path: '/v2/images/{id}/file', as: 'other', expect: { status: 200, bytes: [0, 1000] } },
    { given: ACCEPTED },
  ),
  one(
    'a member cannot upload',
    {
      method: 'PUT',
      path: '/v2/images/{id}/file',
      as: 'other',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: 'x',
      expect: { status: 403, message: 'Not allowed to upload image data for image {id}' },
    },
    { given: PENDING, after: { status: 'queued' } },
  ),
  one(
    'a member cannot delete',
    { method: 'DELETE', path: '/v2/images/{id}', as: 'other', expect: { status: 403, message: 'You do not own this image' } },
    { given: ACCEPTED },
  ),
]
