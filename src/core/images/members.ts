import { z } from 'zod'
import { GlancerError } from '../../shared/errors.ts'
import type { Member, MemberAnswer } from '../../shared/image-protocol.ts'
import { type ImageClient, parse } from './client.ts'

const memberRecord = z.object({ member_id: z.string(), status: z.string(), updated_at: z.string().nullish() })
const membersSchema = z.object({ members: z.array(memberRecord) })

const json = { 'Content-Type': 'application/json' }
const members = (imageId: string): string => `/v2/images/${encodeURIComponent(imageId)}/members`

/** GET /v2/images/{id}/members: all for the owner, one's own for a member. Glance says 403 for an image that is not `shared`. */
export async function listMembers(client: ImageClient, imageId: string): Promise<Member[]> {
  const { members: found } = parse(membersSchema, await client.json('GET', members(imageId)))
  return found.map(({ member_id, status, updated_at }) => ({ projectId: member_id, status, updatedAt: updated_at ?? null }))
}

/** POST /v2/images/{id}/members. Glance takes any text for a project's id and never says whether there is such a project. */
export async function addMember(client: ImageClient, imageId: string, projectId: string): Promise<void> {
  try {
    await client.json('POST', members(imageId), { headers: json, body: JSON.stringify({ member: projectId }) })
  } catch (error) {
    throw inWords(error, {
      409: ['conflict', 'The image is already shared with this project.'],
      403: ['forbidden', 'Only the owner of a shared image may share it.', 'Set its visibility to shared first, where it is yours.'],
      413: ['quota', 'The image is shared with as many projects as the cloud allows.', 'Stop sharing it with some.'],
    })
  }
}

/** DELETE /v2/images/{id}/members/{project}. One that is gone already is what was wanted. */
export async function removeMember(client: ImageClient, imageId: string, projectId: string): Promise<void> {
  try {
    await client.call('DELETE', `${members(imageId)}/${encodeURIComponent(projectId)}`)
  } catch (error) {
    if (error instanceof GlancerError && error.code === 'not-found') return
    throw inWords(error, { 403: ['forbidden', 'Only the owner of the image may do this.'] })
  }
}

/** PUT /v2/images/{id}/members/{own project}: says yes or no to an image that was offered. The owner may not (observed on Glance 25.1). */
export async function answerShare(client: ImageClient, imageId: string, projectId: string, answer: MemberAnswer): Promise<void> {
  try {
    await client.json('PUT', `${members(imageId)}/${encodeURIComponent(projectId)}`, {
      headers: json,
      body: JSON.stringify({ status: answer }),
    })
  } catch (error) {
    throw inWords(error, {
      404: ['not-found', 'The image is not offered to this project any more.'],
      403: ['forbidden', 'Only the project that the image is shared with can answer.'],
    })
  }
}

type Words = readonly [GlancerError['code'], string, string?]

/** The error in the words of this call, with all that the cloud said about it. */
export function inWords(error: unknown, byStatus: Readonly<Record<number, Words>>): unknown {
  if (!(error instanceof GlancerError) || error.status === undefined) return error
  const words = byStatus[error.status]
  if (words === undefined) return error
  const [code, message, remedy] = words
  return new GlancerError(code, message, { detail: error.detail, requestId: error.requestId, status: error.status, remedy })
}
