import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { glancer, has, output, program, startPeer } from './programs.ts'
import type { Report } from './report.ts'

const DELAY_MS = 50
const NAMESPACE = `glancer-${process.pid}`
const [HERE, THERE] = ['10.213.7.1', '10.213.7.2']
/** Names of network devices may be 15 characters long. */
const [LINK, FAR_LINK] = [`gl${process.pid}`, `gf${process.pid}`]
const MTU = 32_768

/** Several ranges of one image at once, on a path with delay: the fast peer in a network namespace of its own. */
export async function delay(report: Report, rounds: number, mib: number, down: string): Promise<void> {
  if (process.getuid?.() !== 0 || !has('python3')) {
    report.notRun('A network with delay: it needs root, `ip` and `python3`.')
    return
  }
  const bytes = mib * 1024 * 1024
  let peer: Awaited<ReturnType<typeof startPeer>> | null = null
  let stopLink = (): void => {}
  try {
    await output(['ip', 'netns', 'add', NAMESPACE])
    stopLink = await makeLink()
    peer = await startPeer({ through: ['ip', 'netns', 'exec', NAMESPACE], address: THERE })
    const section = report.section(
      `A path with a delay of ${DELAY_MS} ms there and back (each packet waits in a process between two tun devices), ${mib} MiB of random data`,
      bytes,
    )
    const url = `${peer.url}/sized/${bytes}`
    for (let round = 0; round < rounds; round++) {
      for (const [name, ranges] of [
        ['Glancer download, verified, one connection', null],
        ['Glancer download, verified, as it chooses', undefined],
      ] as const) {
        section.add(name, await glancer({ kind: 'download', url, bytes, paths: [down], ranges, warmUp: peer.url }))
        await rm(down)
      }
      section.add('curl -o', await program('curl', ['-sSf', '-o', down, url]))
      await rm(down)
    }
    section.ratio(
      'Wall time with several connections to that with one',
      'Glancer download, verified, as it chooses',
      'Glancer download, verified, one connection',
    )
    section.ratio('Wall time to `curl -o`', 'Glancer download, verified, as it chooses', 'curl -o')
  } finally {
    peer?.stop()
    stopLink()
    await output(['ip', 'link', 'del', LINK]).catch(() => {})
    await output(['ip', 'netns', 'del', NAMESPACE]).catch(() => {})
  }
}

/** Two devices, one in each namespace, joined by a process that lets each packet wait (most containers' kernels have no `tc netem`). */
async function makeLink(): Promise<() => void> {
  const child = spawn('python3', [join(import.meta.dirname, 'delay-link.py'), LINK, FAR_LINK, String(DELAY_MS / 2)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('close', () => reject(new Error('the link with delay ended')))
  })
  await runAll([...addresses(), `ip link set ${LINK} mtu ${MTU}`, `ip -n ${NAMESPACE} link set ${FAR_LINK} mtu ${MTU}`])
  return () => void child.kill()
}

const addresses = (): string[] => [
  `ip link set ${FAR_LINK} netns ${NAMESPACE}`,
  `ip addr add ${HERE}/24 dev ${LINK}`,
  `ip link set ${LINK} up`,
  `ip -n ${NAMESPACE} addr add ${THERE}/24 dev ${FAR_LINK}`,
  `ip -n ${NAMESPACE} link set ${FAR_LINK} up`,
]

async function runAll(lines: readonly string[]): Promise<void> {
  for (const line of lines) await output(line.split(' '))
}
