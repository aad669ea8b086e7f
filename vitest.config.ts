import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Four runs of one runner: next to the code; the same requests to both image services; the real core with real worker threads; the same core
// with a real Keystone and Glance.
// In Node, `electron` starts a download: no test may reach the real package.
const alias = { electron: fileURLToPath(new URL('./src/main/testing/electron-stub.ts', import.meta.url)) }

// What is waited for may take many times as long on a machine that is busy with other things; the runner's own second is for an idle one.
const waits = { poll: { timeout: 20_000 } }

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: ['src/**/*.test.ts', 'scripts/**/*.test.mjs'], testTimeout: 40_000, expect: waits },
      },
      {
        resolve: { alias },
        test: {
          name: 'conformance',
          include: ['e2e/conformance/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          expect: waits,
          fileParallelism: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['e2e/integration/**/*.test.ts'],
          exclude: ['e2e/integration/real-*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: waits,
          fileParallelism: false,
        },
      },
      {
        resolve: { alias },
        test: {
          // One after the other: they stop, starve and kill the services that they share.
          name: 'real-cloud',
          include: ['e2e/integration/real-*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: waits,
          fileParallelism: false,
        },
      },
    ],
  },
})
