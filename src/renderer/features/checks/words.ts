import type { Check } from '../../../shared/check-protocol.ts'
import type { ShapeName, Tone } from '../../components/shape.tsx'

export interface CheckLook {
  word: string
  shape: ShapeName
  tone: Tone
  /** What stands behind the word. */
  says: string
}

/** True while it has no outcome yet. */
export function isOpen(check: Check): boolean {
  return check.endedAt === null
}

/** How a check stands, named by what was compared. */
export function checkLook(check: Check): CheckLook {
  const { state, verification, error, bytesTotal } = check
  switch (state) {
    case 'waiting':
      return { word: 'Waiting', shape: 'clock', tone: 't2', says: 'another file is read first' }
    case 'receiving':
      return { word: 'Receiving', shape: 'half', tone: 'accent', says: 'the browser sends the file to the machine where Glancer runs' }
    case 'reading':
      return {
        word: 'Reading',
        shape: 'spinner',
        tone: 'accent',
        says: bytesTotal === null ? 'the cloud is asked what it has' : 'the file is read and hashed',
      }
    case 'stopped':
      return { word: 'Stopped', shape: 'cross', tone: 't2', says: 'nothing was compared' }
    case 'failed':
      return { word: 'Not compared', shape: 'stop', tone: 'danger', says: error?.message ?? '' }
    case 'done':
      break
  }
  if (verification?.kind === 'verified')
    return { word: 'Equal', shape: 'verified', tone: 'ok', says: `${verification.algorithms.join(' + ')} of the file and of the image` }
  if (verification?.kind === 'mismatch') return { word: 'Mismatch', shape: 'unequal', tone: 'danger', says: verification.what }
  return {
    word: 'Not verifiable',
    shape: 'question',
    tone: 't2',
    says: `${verification?.reason ?? 'nothing was compared'}; the size is right`,
  }
}
