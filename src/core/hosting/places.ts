/**
 * Where the product's own files are, seen from this module: among the sources (Node runs them as they are), or in `out/main`, where the
 * build puts every chunk beside the entries so that one relative address holds for all of them.
 */

/** The worker files: those that transfers start, and the built-in service's own two. @param here this module's address; given by tests only */
export function workerUrls(here: string = import.meta.url): { transfer: URL; hash: URL; service: URL; serviceHash: URL } {
  return isSource(here)
    ? {
        transfer: new URL('../transfers/worker/main.ts', here),
        hash: new URL('../transfers/worker/hash.ts', here),
        service: new URL('../service/service-thread.ts', here),
        serviceHash: new URL('../service/hashing/hash-worker.ts', here),
      }
    : {
        transfer: new URL('./transfer-worker.js', here),
        hash: new URL('./hash-worker.js', here),
        service: new URL('./service-thread.js', here),
        serviceHash: new URL('./service-hash-worker.js', here),
      }
}

/** The folder of the built page. There is one only after a build, also when the host itself runs from its sources. */
export function pageRoot(here: string = import.meta.url): URL {
  return isSource(here) ? new URL('../../../out/renderer/', here) : new URL('../renderer/', here)
}

/** The preload, one CommonJS file: a sandboxed preload can be nothing else. */
export function preloadFile(here: string = import.meta.url): URL {
  return isSource(here) ? new URL('../../../out/preload/index.cjs', here) : new URL('../preload/index.cjs', here)
}

function isSource(here: string): boolean {
  return here.endsWith('.ts')
}
