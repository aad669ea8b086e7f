import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { pageFile } from '../core/hosting/page-files.ts'
import { pageHeaders } from '../core/hosting/page-policy.ts'
import { refuse } from './answers.ts'

/** Sends a file of the built page. The files hold no secret, so they need no cookie: the page itself trades the token for one. */
export async function sendPageFile(root: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = pageFile(root, path)
  const handle = found && (await openRegular(found.file))
  if (!found || !handle) return refuse(response, 404, 'There is no such page.')
  try {
    const { size } = await handle.stat()
    response.writeHead(200, {
      ...pageHeaders("'self'"),
      'Content-Type': found.contentType,
      'Content-Length': size,
      'Cache-Control': found.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    })
    if (request.method === 'HEAD' || size === 0) response.end()
    else await pipeline(createReadStream('', { fd: handle, autoClose: false, end: size - 1 }), response)
  } finally {
    await handle.close()
  }
}

async function openRegular(file: string): Promise<FileHandle | null> {
  try {
    const handle = await open(file, 'r')
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
  } catch {
    // Missing or unreadable: the same "not there" for the asker.
  }
  return null
}
