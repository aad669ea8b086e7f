import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  main: {
    build: {
      // Everything is bundled: `out/` alone is the product, so a package holds no node_modules, and starting reads a few files, not hundreds.
      externalizeDeps: false,
      // Node 24 is in Electron 45, and is what the web host runs on.
      target: 'node24.18',
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: from('./src/main/index.ts'),
          web: from('./src/web/main.ts'),
          'transfer-worker': from('./src/core/transfers/worker/main.ts'),
          'hash-worker': from('./src/core/transfers/worker/hash.ts'),
          'service-thread': from('./src/core/service/service-thread.ts'),
          'service-hash-worker': from('./src/core/service/hashing/hash-worker.ts'),
        },
        // ws asks for these two compiled helpers and does without; they are not to be looked for.
        external: ['bufferutil', 'utf-8-validate'],
        // All files side by side: worker files and the page are found relative to whichever chunk asks (core/hosting/places.ts).
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      target: 'node24.18',
      // A sandboxed preload is one CommonJS file: it can require `electron` and nothing else.
      rolldownOptions: { input: { index: from('./src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: from('./src/renderer'),
    plugins: [react(), tailwindcss()],
    build: {
      target: 'chrome148',
      sourcemap: true,
      minify: true,
      // The page's policy allows no data: address but for images, so fonts and the like stay files.
      assetsInlineLimit: 0,
      // The page is read from this machine: one file is quicker than several.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: from('./src/renderer/index.html') },
    },
  },
})
