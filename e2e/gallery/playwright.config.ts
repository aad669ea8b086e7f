import { defineConfig } from '@playwright/test'
import base from '../../playwright.config.ts'
import type { TargetOptions } from '../fixtures/target.ts'

/** `npm run gallery`: not tests but pictures, in `gallery/`, with an index page. */
export default defineConfig<TargetOptions>({
  ...base,
  testDir: '.',
  outputDir: '../../test-results/gallery',
  testMatch: '*screens.ts',
  globalTeardown: './index-page.ts',
  projects: [{ name: 'gallery', use: { target: 'web' } }],
  reporter: 'line',
  timeout: 180_000,
})
