import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Isolation gives WebAssembly threads; `npm run serve` and the service worker send the same headers. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative addresses, so that the page works in any folder of any host.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  server: { headers, port: 4173 },
  preview: { headers, port: 4173 },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
