import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'

const entry = fileURLToPath(new URL('./main.ts', import.meta.url))
let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glancer-web-main-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  await rm(folder, { recursive: true })
})

interface Run {
  child: ChildProcess
  output: Promise<string>
  errors: Promise<string>
  /** The first line on stdout. */
  line: Promise<string>
  /** Exit code or signal, once both streams have ended. */
  ended: Promise<number | string>
}

function run(...args: string[]): Run {
  // Of this person's clouds and settings, nothing is seen.
  const env = { PATH: process.env.PATH, HOME: folder }
  const child = spawn(process.execPath, [entry, '--web', '--no-open', ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const output = text(child.stdout)
  const errors = text(child.stderr)
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const line = new Promise<string>((resolve, reject) => {
    let seen = ''
    child.stdout.on('data', (chunk) => {
      seen += chunk
      if (seen.includes('\n')) resolve(seen.split('\n')[0] ?? '')
    })
    ended.then(async () => reject(new Error(`it ended before it said where it is: ${await errors}`)))
  })
  // Whoever does not ask for the line does not care why there is none.
  line.catch(() => {})
  return { child, line, ended, output, errors }
}

async function signIn(url: string): Promise<WebSocket> {
  const { origin, host, hash } = new URL(url)
  const body = JSON.stringify({ token: hash.slice('#token='.length) })
  const session = await fetch(`${origin}/session`, { method: 'POST', headers: { Origin: origin }, body })
  const socket = new WebSocket(`ws://${host}/bridge`, {
    headers: { Origin: origin, Cookie: session.headers.get('set-cookie')?.split(';')[0] ?? '' },
  })
  await once(socket, 'open')
  return socket
}

describe('the web host as a process', () => {
  test('prints one line, answers from the real core, and ends in order on Ctrl-C', async () => {
    const { child, line, ended, output } = run('--data-dir', join(folder, 'data'))
    expect(await line).toMatch(/^Glancer is at http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/)
    const socket = await signIn((await line).slice('Glancer is at '.length))
    socket.send(JSON.stringify({ id: 1, call: 'app.snapshot', input: {} }))
    let answer: { id?: number } = {}
    // Deltas may come first.
    while (answer.id === undefined) answer = JSON.parse(String((await once(socket, 'message'))[0]))
    expect(answer).toMatchObject({ id: 1, ok: true, value: { transfers: [] } })

    const goodbye = once(socket, 'close')
    // What arrives together is one Ctrl-C: the terminal, npm and the start script each pass it on.
    child.kill('SIGINT')
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect((await goodbye)[0]).toBe(1001)
    expect((await output).trimEnd().split('\n')).toHaveLength(1)
  })

  test('a second one on the same folder says why not, and the first goes on', async () => {
    const first = run('--data-dir', join(folder, 'data'))
    const url = (await first.line).slice('Glancer is at '.length)
    const second = run('--data-dir', join(folder, 'data'))
    expect(await second.ended).toBe(1)
    expect(await second.output).toBe('')
    const said = (await second.errors).trimEnd().split('\n')
    expect(said).toHaveLength(1)
    expect(said[0]).not.toMatch(/^\s*at |Error:/)
    ;(await signIn(url)).terminate()
  })

  test('after it was killed, the folder is free again', async () => {
    const first = run('--data-dir', join(folder, 'data'))
    await first.line
    first.child.kill('SIGKILL')
    await first.ended
    expect(await run('--data-dir', join(folder, 'data')).line).toContain('Glancer is at')
  })

  test('a wrong option is answered with how it is used', async () => {
    const { ended, errors } = run('--prot', '1')
    expect(await ended).toBe(2)
    expect(await errors).toMatch(/--prot[\s\S]*npm start -- --web/)
  })

  test('a taken port is said, and ends it', async () => {
    const first = run('--data-dir', join(folder, 'a'))
    const { port } = new URL((await first.line).slice('Glancer is at '.length))
    const second = run('--data-dir', join(folder, 'b'), '--port', port)
    expect(await second.ended).toBe(1)
    expect(await second.errors).toContain(port)
  })
})
