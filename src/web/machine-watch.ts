import { networkInterfaces } from 'node:os'
import type { App } from '../core/ports.ts'

const LOOK_EVERY_MS = 5_000
/** Timers stand still while a machine sleeps; a clock that a time server set right moves by less. */
const SLEEP_MS = 30_000

export interface Machine {
  /** The wall clock, which goes on during a sleep. */
  now(): number
  interfaces(): ReturnType<typeof networkInterfaces>
}

const thisMachine: Machine = { now: Date.now, interfaces: networkInterfaces }

/**
 * Tells the core when the machine has slept, and when its network goes and comes: a plain process hears of neither. Without any address but
 * its own the machine reaches nobody.
 * @returns what ends the watch.
 */
export function watchMachine(app: Pick<App, 'setPower' | 'setOnline'>, machine: Machine = thisMachine): () => void {
  let looked = machine.now()
  let online = true
  const look = (): void => {
    const now = machine.now()
    if (now - looked > LOOK_EVERY_MS + SLEEP_MS) app.setPower('resume')
    looked = now
    const reaches = hasNetwork(machine.interfaces())
    if (reaches !== online) app.setOnline(reaches)
    online = reaches
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function hasNetwork(interfaces: ReturnType<typeof networkInterfaces>): boolean {
  return Object.values(interfaces).some((addresses) => addresses?.some((found) => !found.internal && !found.address.startsWith('fe80:')))
}
