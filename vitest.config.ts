import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Three runs of one runner: next to the code; the same requests to both image services; the real core with real worker threads.
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
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
