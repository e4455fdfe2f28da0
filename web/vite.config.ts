/** Build of the page, its development proxy, and its unit tests. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const server = process.env.PRF_URL ?? 'http://127.0.0.1:8080';
const paths = ['/check', '/status', '/conversations', '/prompts', '/usage', '/openapi.json'];

export default defineConfig({
  plugins: [svelte()],
  build: { sourcemap: false, target: 'es2023', assetsInlineLimit: 0 },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  server: {
    proxy: {
      ...Object.fromEntries(paths.map((path) => [path, server])),
      '/ws': { target: server, ws: true },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
