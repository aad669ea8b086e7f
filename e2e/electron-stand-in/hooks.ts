import { registerHooks } from 'node:module'

/**
 * Loaded before everything else, in the main thread and (Node hands its flags on) in every worker thread: `electron` is the stand-in. With
 * `GLANCER_FAULTY_SERVICE` the thread of the built-in service is the test's own, which can be told what to do wrong.
 */
const here = import.meta.url

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron') return { url: new URL('./electron.ts', here).href, shortCircuit: true }
    const found = next(specifier, context)
    if (process.env.GLANCER_FAULTY_SERVICE === '1' && /\/out\/main\/service-thread\.js$/.test(found.url)) {
      return { url: new URL('./faulty-service.ts', here).href, shortCircuit: true }
    }
    return found
  },
})
