import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { node24 } from '../e2e/fixtures/host.ts'

/** The built web host, on a data folder of the bench. */
export async function startHost(dataDir: string, env: Record<string, string>): Promise<{ url: string; close(): Promise<void> }> {
  const entry = join(import.meta.dirname, '..', 'out', 'main', 'web.js')
  const child = spawn(node24(), [entry, '--no-open', '--port', '0', '--data-dir', dataDir], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const address = /http:\S+/.exec(said)?.[0]
      if (address !== undefined) resolve(address)
    })
    child.once('exit', () => reject(new Error('the web host ended; was it built? (npm run build)')))
  })
  return {
    url,
    close: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
