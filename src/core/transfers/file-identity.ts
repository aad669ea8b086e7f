import { stat } from 'node:fs/promises'
import { GlancerError } from '../../shared/errors.ts'
import type { FileIdentity } from './worker/contract.ts'
import { identityOf } from './worker/identity.ts'

/**
 * What tells this file, as it is now, from every other and from itself after a change.
 * @throws GlancerError `file-missing`, `file-unreadable`, `file-not-regular`.
 */
export async function fileIdentity(path: string): Promise<FileIdentity> {
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      throw new GlancerError('file-missing', 'The file is no longer there.', {
        detail: error.message,
        remedy: 'Put it back, or choose it again.',
      })
    }
    throw new GlancerError('file-unreadable', 'The file cannot be read.', {
      detail: error.message,
      remedy: 'Look at its permissions and its drive.',
    })
  })
  if (!found.isFile()) throw new GlancerError('file-not-regular', 'This is not a regular file.', { remedy: 'Choose an image file.' })
  return identityOf(found)
}
