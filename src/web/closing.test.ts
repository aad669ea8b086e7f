import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const closing = new URL('./closing.ts', import.meta.url).href

/** A process whose closing has the given steps, as source text; it says "up", and then what they say. */
async function startClosing(
  steps: string,
): Promise<{ kill: (signal: NodeJS.Signals) => void; said: (text: string) => Promise<void>; ended: Promise<number> }> {
  const source = `
    import { closeInOrder } from ${JSON.stringify(closing)}
    closeInOrder([${steps}])
    setInterval(() => {}, 1000)
    console.log('up')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  const waiting: (() => void)[] = []
  child.stdout.on('data', (chunk) => {
    output += chunk
    for (const look of waiting) look()
  })
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (output.includes(text)) resolve()
      }
      waiting.push(look)
      look()
    })
  await said('up')
  return { kill: (signal) => child.kill(signal), said, ended: once(child, 'exit').then(([code]) => code) }
}

test('steps run in order, and a failed one does not stop the next', async () => {
  const process = await startClosing("async () => { throw new Error('x') }, async () => console.log('second')")
  process.kill('SIGTERM')
  await process.said('second')
  expect(await process.ended).toBe(1)
})

test('the second Ctrl-C ends it at once; what comes together is one', async () => {
  const process = await startClosing("() => { setTimeout(() => console.log('later'), 600); return new Promise(() => {}) }")
  process.kill('SIGINT')
  process.kill('SIGINT')
  process.kill('SIGTERM')
  // By now half a second has passed in the process itself.
  await process.said('later')
  process.kill('SIGINT')
  expect(await process.ended).toBe(130)
})
