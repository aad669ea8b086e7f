/** How one value looks on its way between the two worlds. */
type Wire =
  | { is: 'value'; value: unknown }
  | { is: 'function' | 'promise'; id: number }
  | { is: 'error'; message: string }
  | { is: 'array'; items: Wire[] }
  | { is: 'object'; entries: [string, Wire][] }

type Message =
  | { kind: 'call'; id: number; callee: number; args: Wire[] }
  | { kind: 'answer'; id: number; threw: boolean; value: Wire }
  | { kind: 'settle'; id: number; threw: boolean; value: Wire }
  | { kind: 'expose'; key: string; value: Wire }

export interface Membrane {
  /** Puts a copy of this on the other world's `window`. */
  expose(key: string, value: unknown): void
}

/**
 * One side of the wall between the preload's world and the page's: copies cross, functions become functions that call back across, promises
 * become promises; nothing else, and no prototype. What Electron's contextBridge lets through, as its manual lists it.
 *
 * @param say the event on which the other side listens; with `hear` a secret of this document
 * @param before called with the arguments of a call from the other side; where it gives a promise, the call waits for it
 */
export function membrane(say: string, hear: string, before: (args: unknown[]) => Promise<void> | null): Membrane {
  // Kept from before the page's own scripts, which may replace them.
  const { document, CustomEvent } = globalThis
  const dispatch = document.dispatchEvent.bind(document)
  const functions = new Map<number, (...args: unknown[]) => unknown>()
  const idOf = new WeakMap<object, number>()
  const answers = new Map<number, Extract<Message, { kind: 'answer' }>>()
  const open = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let last = 0

  const tell = (message: Message): void => {
    dispatch(new CustomEvent(say, { detail: message }))
  }

  function toWire(value: unknown, depth = 0): Wire {
    if (depth > 1000) {
      throw new TypeError('Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.')
    }
    if (typeof value === 'symbol') throw new TypeError('An object could not be cloned.')
    if (typeof value === 'function') {
      const id = idOf.get(value) ?? ++last
      idOf.set(value, id)
      functions.set(id, value as (...args: unknown[]) => unknown)
      return { is: 'function', id }
    }
    if (typeof value !== 'object' || value === null) return { is: 'value', value }
    if (value instanceof Promise) {
      const id = ++last
      value.then(
        (result) => settle(id, false, result),
        (error: unknown) => settle(id, true, error),
      )
      return { is: 'promise', id }
    }
    if (value instanceof Error) return { is: 'error', message: value.message }
    if (Array.isArray(value)) return { is: 'array', items: value.map((item) => toWire(item, depth + 1)) }
    if (value instanceof Blob || value instanceof Date || value instanceof ArrayBuffer || ArrayBuffer.isView(value))
      return { is: 'value', value }
    if (value instanceof Map || value instanceof Set || value instanceof RegExp) return { is: 'value', value: structuredClone(value) }
    return { is: 'object', entries: Object.entries(value).map(([key, item]) => [key, toWire(item, depth + 1)]) }
  }

  function fromWire(wire: Wire): unknown {
    switch (wire.is) {
      case 'value':
        return wire.value
      case 'error':
        return new Error(wire.message)
      case 'array':
        return wire.items.map(fromWire)
      case 'object': {
        const made = {}
        for (const [key, item] of wire.entries) {
          Object.defineProperty(made, key, { value: fromWire(item), enumerable: true, configurable: true, writable: true })
        }
        return made
      }
      case 'promise':
        return new Promise((resolve, reject) => open.set(wire.id, { resolve, reject }))
      case 'function':
        return (...args: unknown[]) => {
          const id = ++last
          tell({ kind: 'call', id, callee: wire.id, args: args.map((arg) => toWire(arg)) })
          const answer = answers.get(id)
          answers.delete(id)
          if (answer === undefined) throw new Error('The other world did not answer.')
          if (answer.threw) throw fromWire(answer.value)
          return fromWire(answer.value)
        }
    }
  }

  function settle(id: number, threw: boolean, value: unknown): void {
    let wire: Wire
    try {
      wire = toWire(value)
    } catch (error) {
      settle(id, true, error)
      return
    }
    tell({ kind: 'settle', id, threw, value: wire })
  }

  function run(callee: number, args: unknown[]): unknown {
    const called = functions.get(callee)
    if (called === undefined) throw new Error('No such function.')
    const wait = before(args)
    if (wait === null) return called(...args)
    return wait.then(() => {
      const result = called(...args)
      if (result instanceof Promise) return result
      throw new Error('The stand-in can hand files only to functions that give a promise: it has to ask for their paths first.')
    })
  }

  document.addEventListener(hear, (event) => {
    const message = (event as CustomEvent<Message>).detail
    if (message.kind === 'answer') answers.set(message.id, message)
    else if (message.kind === 'settle') {
      const promise = open.get(message.id)
      open.delete(message.id)
      if (message.threw) promise?.reject(fromWire(message.value))
      else promise?.resolve(fromWire(message.value))
    } else if (message.kind === 'expose') {
      const value = fromWire(message.value)
      const freeze = (one: unknown): void => {
        if (typeof one === 'object' && one !== null) Object.values(Object.freeze(one)).forEach(freeze)
      }
      freeze(value)
      Object.defineProperty(globalThis, message.key, { value, enumerable: true, configurable: false, writable: false })
    } else {
      try {
        tell({ kind: 'answer', id: message.id, threw: false, value: toWire(run(message.callee, message.args.map(fromWire))) })
      } catch (error) {
        tell({ kind: 'answer', id: message.id, threw: true, value: toWire(error) })
      }
    }
  })

  return { expose: (key, value) => tell({ kind: 'expose', key, value: toWire(value) }) }
}
