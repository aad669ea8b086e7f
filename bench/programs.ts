import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import { resultSchema } from './client-result.ts'

/** One run of one program, counted from outside. */
export interface Run {
  seconds: number
  /** User and system time of the program. */
  cpuSeconds: number
  rssPeakMiB: number
}

const TIME = '/usr/bin/time'

/** True where a program is installed. */
export const has = (program: string): boolean => existsSync(`/usr/bin/${program}`)

/**
 * Runs a program to its end and counts its wall time, CPU and peak memory (by GNU time; without it the latter two are NaN).
 * @throws with what it said, when it fails
 */
export async function program(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  const dir = await mkdtemp(join(tmpdir(), 'glancer-time-'))
  const figures = join(dir, 'time')
  try {
    const counted = existsSync(TIME) ? [TIME, '-f', '%U %S %M', '-o', figures, command, ...args] : [command, ...args]
    const from = performance.now()
    await output(counted, env)
    const seconds = (performance.now() - from) / 1000
    const [user = Number.NaN, system = Number.NaN, kib = Number.NaN] = existsSync(figures)
      ? (await readFile(figures, 'utf8')).trim().split(' ').map(Number)
      : []
    return { seconds, cpuSeconds: user + system, rssPeakMiB: kib / 1024 }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Runs a program and gives what it printed. */
export async function output([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    // A tool may print the record of an image; nobody prints an image.
    if (out.length < 1_000_000) out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    if (err.length < 100_000) err += chunk.toString()
  })
  const code = await new Promise((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${code}: ${err.slice(-2000)}`)
  return out
}

export type Glancer = z.infer<typeof resultSchema>

/** Glancer's engine in a process of its own. Its wall time is that of the transfer: the app runs already when a person starts one. */
export async function glancer(task: object): Promise<Glancer> {
  return resultSchema.parse(JSON.parse(await output([process.execPath, join(import.meta.dirname, 'client.ts'), JSON.stringify(task)])))
}

/** The whole core in a process of its own. Its CPU and memory are those of the built-in service too, which is a thread of it. */
export async function glancerCore(paths: readonly string[]): Promise<Glancer> {
  const client = join(import.meta.dirname, 'core-client.ts')
  return resultSchema.parse(JSON.parse(await output([process.execPath, client, JSON.stringify(paths)])))
}

/** The fast peer in a process of its own. @param at.through a command that runs it somewhere else. @param at.address to listen on. */
export async function startPeer(at: { through?: readonly string[]; address?: string } = {}): Promise<{ url: string; stop(): void }> {
  const { through = [], address = '127.0.0.1' } = at
  const [command = '', ...args] = [...through, process.execPath, join(import.meta.dirname, 'peer.ts'), address]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('close', () => reject(new Error('the peer ended')))
  })
  return { url: `http://${address}:${port}`, stop: () => void child.kill() }
}
