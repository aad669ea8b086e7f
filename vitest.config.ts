import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Four runs of one runner: next to the code; the same requests to both image services; the real core with real worker threads; the same core
// with a real Keystone and Glance.
// In Node, `electron` starts a download: no test may reach the real package.
const alias = { electron: fileURLToPath(new URL('./src/main/testing/electron-stub.ts', import.meta.url)) }

export default defineConfig({
  test: {
    projects: [
      { resolve: { alias }, test: { name: 'unit', include: ['src/**/*.test.ts', 'scripts/**/*.test.mjs'], testTimeout: 20_000 } },
      {
        resolve: { alias },
        test: {
          name: 'conformance',
          include: ['e2e/conformance/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
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
          fileParallelism: false,
        },
      },
    ],
  },
})
