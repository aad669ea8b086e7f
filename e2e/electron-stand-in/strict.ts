import type { EventEmitter } from 'node:events'

/** What nobody looks for by name: `await` and the printers of runners ask every object for these. */
const harmless = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof'])

/** Something of Electron's that the shell asked for and the stand-in does not have. It is added here, or the shell does without. */
export class NotInStandIn extends Error {
  override readonly name = 'NotInStandIn'
  constructor(what: string) {
    super(`The stand-in for Electron has no ${what}.`)
  }
}

/** A prototype that throws, by name, for everything that is neither on it nor on what inherits from it. */
function guarded(name: string, prototype: object | null): object {
  return new Proxy(prototype ?? {}, {
    get(target, property, receiver) {
      if (typeof property === 'string' && !(property in target) && !harmless.has(property)) throw new NotInStandIn(`${name}.${property}`)
      return Reflect.get(target, property, receiver)
    },
  })
}

/** Makes every unknown property of this object an error that says its name. Gives the object itself, so that it stays what it is. */
export function strict<T extends object>(name: string, object: T): T {
  return Object.setPrototypeOf(object, guarded(name, Object.getPrototypeOf(object)))
}

/** The same for the instances of a class, and for its static side. */
export function strictClass(name: string, made: { prototype: object }): void {
  strict(`${name}.prototype`, made.prototype)
  strict(name, made)
}

/** The way to say that a known method was called in a way that is not covered. */
export function notHere(what: string): never {
  throw new NotInStandIn(what)
}

/**
 * An emitter that says no, by name, to whoever listens for an event that never comes here: silence would look like a machine on which nothing
 * happens. Gives the emitter itself.
 */
export function firing<T extends EventEmitter>(name: string, emitter: T, events: readonly string[]): T {
  emitter.on('newListener', (event: string | symbol) => {
    if (typeof event === 'string' && !events.includes(event)) throw new NotInStandIn(`event ${event} of ${name}`)
  })
  return emitter
}
