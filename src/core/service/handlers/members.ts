import { HttpError } from '../http/http-error.ts'
import { type ImageRecord, MEMBER_STATUSES, type MemberRecord, memberView } from '../records/image-record.ts'
import { MAX_MEMBERS } from '../records/limits.ts'
import { findImage } from '../service-state.ts'
import { type Call, param } from './call.ts'

// Only `shared` images have members. The owner adds and removes them; a member says yes or no, which the owner may not; both may look.

export function listMembers(call: Call): void {
  const image = lookUp(call)
  if (image.visibility !== 'shared') {
    throw new HttpError(403, `Not allowed to list members for image ${image.id}: Only shared images have members.`)
  }
  const seen = image.members.filter((member) => seesAll(call, image) || member.memberId === call.exchange.who.projectId)
  call.exchange.sendJson(200, { members: seen.map((member) => memberView(image.id, member)), schema: '/v2/schemas/members' })
}

export async function addMember(call: Call): Promise<void> {
  const { exchange, state } = call
  const memberId = await wantedMember(call)
  const image = lookUp(call)
  if (image.visibility !== 'shared' || !(exchange.who.isAdmin || (image.owner !== null && image.owner === exchange.who.projectId))) {
    throw new HttpError(403, `Not allowed to create members for image ${image.id}.`)
  }
  if (image.members.some((member) => member.memberId === memberId)) {
    throw new HttpError(409, `Member ${memberId} is duplicated for image ${image.id}`)
  }
  if (image.members.length >= MAX_MEMBERS) {
    throw new HttpError(
      413,
      `Image member limit exceeded for image ${image.id}: The limit has been exceeded on the number of allowed image members for this image. Attempted: ${image.members.length + 1}, Maximum: ${MAX_MEMBERS}:`,
    )
  }
  const now = Date.now()
  const member: MemberRecord = { memberId, status: 'pending', createdAt: now, updatedAt: now }
  state.records.put({ ...image, members: [...image.members, member] })
  exchange.sendJson(200, memberView(image.id, member))
}

export function showMember(call: Call): void {
  const image = lookUp(call)
  if (image.visibility !== 'shared') throw new HttpError(404, 'Only shared images have members.')
  call.exchange.sendJson(200, memberView(image.id, findMember(call, image)))
}

export async function updateMember(call: Call): Promise<void> {
  const { exchange, state } = call
  const wanted = await wantedStatus(call)
  const image = lookUp(call)
  const isOwner = image.owner === exchange.who.projectId
  if (image.visibility !== 'shared' || (isOwner && !exchange.who.isAdmin)) {
    throw new HttpError(403, `Not allowed to update members for image ${image.id}.`)
  }
  const found = findMember(call, image)
  const status = MEMBER_STATUSES.find((known) => known === wanted)
  if (status === undefined) throw new HttpError(400, 'Incorrect request: Status must be "pending", "accepted" or "rejected".')
  const member = { ...found, status, updatedAt: Date.now() }
  state.records.put({ ...image, members: image.members.map((other) => (other.memberId === member.memberId ? member : other)) })
  exchange.sendJson(200, memberView(image.id, member))
}

export function removeMember(call: Call): void {
  const { exchange, state } = call
  const image = lookUp(call)
  if (image.visibility !== 'shared' || !seesAll(call, image)) {
    throw new HttpError(403, `Not allowed to delete members for image ${image.id}.`)
  }
  const gone = findMember(call, image)
  state.records.put({ ...image, members: image.members.filter((member) => member.memberId !== gone.memberId) })
  exchange.sendEmpty(204)
}

function lookUp(call: Call): ImageRecord {
  const id = param(call, 0)
  try {
    return findImage(call.state, call.exchange, id)
  } catch {
    throw new HttpError(404, `Image ${id} not found.`)
  }
}

function seesAll(call: Call, image: ImageRecord): boolean {
  return call.exchange.who.isAdmin || image.owner === call.exchange.who.projectId
}

function findMember(call: Call, image: ImageRecord): MemberRecord {
  const memberId = param(call, 1)
  const visible = seesAll(call, image) || memberId === call.exchange.who.projectId
  const member = visible ? image.members.find((other) => other.memberId === memberId) : undefined
  if (member === undefined) throw new HttpError(404, `${memberId} not found in the member list of the image ${image.id}.`)
  return member
}

async function wantedMember(call: Call): Promise<string> {
  const body = await call.exchange.json()
  if (body === undefined) throw new HttpError(400, 'Body expected in request.')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(400, 'Expected a member in the form: {"member": "image_id"}')
  }
  if (!('member' in body)) throw new HttpError(400, 'Member to be added not specified')
  if (typeof body.member !== 'string' || body.member === '') throw new HttpError(400, "Member can't be empty")
  if (body.member.length > 255) throw new HttpError(400, 'The id of a member has at most 255 characters.')
  return body.member
}

async function wantedStatus(call: Call): Promise<unknown> {
  const body = await call.exchange.json()
  if (body === undefined) throw new HttpError(400, 'Body expected in request.')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(400, 'Expected a status in the form: {"status": "status"}')
  }
  if (!('status' in body)) throw new HttpError(400, 'Status not specified')
  return body.status
}
