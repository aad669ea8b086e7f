import { HttpError } from './http/http-error.ts'
import type { Caller } from './identity.ts'
import type { ImageRecord } from './records/image-record.ts'

// The rules of Glance 25.1 with its default policies (`enforce_secure_rbac = False`): roles other than admin make no difference.

/** Whether the image exists as far as this caller is told. */
export function mayShow(who: Caller, image: ImageRecord): boolean {
  if (who.isAdmin || image.owner === null || image.visibility === 'public' || image.visibility === 'community') return true
  if (who.projectId === null) return false
  if (image.owner === who.projectId) return true
  return image.visibility === 'shared' && image.members.some((member) => member.memberId === who.projectId)
}

/** Admin, or the project that owns it. */
export function mayChange(who: Caller, image: ImageRecord): boolean {
  return who.isAdmin || (image.owner !== null && image.owner === who.projectId)
}

/** 403 for one that the caller can see but does not own. */
export function checkMayChange(who: Caller, image: ImageRecord, explanation = 'You do not own this image'): void {
  if (!mayChange(who, image)) throw new HttpError(403, explanation)
}

/** Only an admin may publish. */
export function checkVisibility(who: Caller, visibility: unknown): void {
  if (visibility === 'public' && !who.isAdmin) throw new HttpError(403, 'You are not authorized to complete publicize_image action.')
}
