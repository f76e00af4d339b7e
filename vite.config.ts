import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** Isolation gives WebAssembly threads; `scripts/serve.mjs` and the service worker send the same headers. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The snapshot of the Python runtime is the largest file of the page. */
const LARGEST_KEPT_BYTES = 48 * 1024 * 1024;

export default defineConfig({
  // Relative addresses, so that the page works in any folder of any host.
  base: './',
  plugins: [
    react(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers',
      filename: 'service.worker.ts',
      registerType: 'autoUpdate',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,svg,wasm,webmanifest,json,zip,bin}'],
        globIgnores: ['models/**'],
        maximumFileSizeToCacheInBytes: LARGEST_KEPT_BYTES,
      },
    }),
  ],
  worker: { format: 'es' },
  server: { headers, port: 4173 },
  preview: { headers, port: 4173 },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
