/** Both directions of the codec; made by `cloneCodec`, here and, as text, in the page. */
export interface CloneCodec {
  encode(value: unknown): string
  decode(text: string): unknown
}

type Coded = null | boolean | string | number | [tag: string, ...rest: unknown[]]

/**
 * What Electron's messages carry (the structured clone algorithm, without what only lives in a page), as text, since the debugging protocol
 * carries nothing else. It throws for what cannot be cloned, keeps cycles, holes and keys such as `__proto__` as they are, and forgets classes.
 * It refers to nothing outside itself: the page gets it as source.
 */
export function cloneCodec(): CloneCodec {
  const refused = (): never => {
    throw new Error('An object could not be cloned.')
  }
  const views: Record<string, { new (buffer: ArrayBuffer): ArrayBufferView }> = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  }
  const kindOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1)

  function encode(value: unknown): string {
    const seen = new Map<object, number>()
    const code = (one: unknown): Coded => {
      if (one === null || typeof one === 'boolean' || typeof one === 'string') return one
      if (typeof one === 'number')
        return Number.isFinite(one) && !Object.is(one, -0) ? one : ['number', String(Object.is(one, -0) ? '-0' : one)]
      if (one === undefined) return ['undefined']
      if (typeof one === 'bigint') return ['bigint', String(one)]
      if (typeof one !== 'object') return refused()
      const known = seen.get(one)
      if (known !== undefined) return ['seen', known]
      seen.set(one, seen.size)
      if (Array.isArray(one)) return ['array', one.length, Object.keys(one).map((key) => [key, code(Reflect.get(one, key))])]
      if (one instanceof ArrayBuffer) return ['buffer', [...new Uint8Array(one)]]
      if (ArrayBuffer.isView(one)) {
        const bytes = new Uint8Array(one.buffer as ArrayBuffer, one.byteOffset, one.byteLength)
        return ['view', kindOf(one) in views ? kindOf(one) : 'Uint8Array', [...bytes]]
      }
      switch (kindOf(one)) {
        case 'Date':
          return ['date', (one as Date).getTime()]
        case 'RegExp':
          return ['regexp', (one as RegExp).source, (one as RegExp).flags]
        case 'Map':
          return ['map', [...(one as Map<unknown, unknown>)].map(([key, item]) => [code(key), code(item)])]
        case 'Set':
          return ['set', [...(one as Set<unknown>)].map(code)]
        case 'Error':
          return ['error', (one as Error).name, (one as Error).message, (one as Error).stack ?? '']
        case 'Boolean':
        case 'Number':
        case 'String':
        case 'BigInt':
          return ['boxed', code((one as { valueOf(): unknown }).valueOf())]
        case 'Object':
          return ['object', Object.entries(one).map(([key, item]) => [key, code(item)])]
        default:
          return refused()
      }
    }
    return JSON.stringify(code(value))
  }

  function decode(text: string): unknown {
    const made: unknown[] = []
    const keep = <T>(one: T): T => {
      made.push(one)
      return one
    }
    const put = (target: object, entries: [string, Coded][]): object => {
      for (const [key, item] of entries)
        Object.defineProperty(target, key, { value: read(item), enumerable: true, configurable: true, writable: true })
      return target
    }
    const read = (coded: Coded): unknown => {
      if (!Array.isArray(coded)) return coded
      const [tag, first, second, third] = coded
      switch (tag) {
        case 'undefined':
          return undefined
        case 'number':
          return Number(first)
        case 'bigint':
          return BigInt(first as string)
        case 'seen':
          return made[first as number]
        case 'array':
          return put(keep(new Array(first as number)), second as [string, Coded][])
        case 'buffer':
          return keep(new Uint8Array(first as number[]).buffer)
        case 'view': {
          const View = views[first as string] ?? Uint8Array
          return keep(new View(new Uint8Array(second as number[]).buffer))
        }
        case 'date':
          return keep(new Date(first as number))
        case 'regexp':
          return keep(new RegExp(first as string, second as string))
        case 'map': {
          const map = keep(new Map())
          for (const [key, item] of first as [Coded, Coded][]) map.set(read(key), read(item))
          return map
        }
        case 'set': {
          const set = keep(new Set())
          for (const item of first as Coded[]) set.add(read(item))
          return set
        }
        case 'error':
          return keep(Object.assign(new Error(second as string), { name: first, stack: third }))
        case 'boxed':
          return keep(Object(read(first as Coded)))
        case 'object':
          return put(keep({}), first as [string, Coded][])
        default:
          return refused()
      }
    }
    return read(JSON.parse(text))
  }

  return { encode, decode }
}
