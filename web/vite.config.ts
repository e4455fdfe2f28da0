/** Build of the page, its development proxy, and its unit tests. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { licences } from './scripts/licences.ts';

const server = process.env.PRF_URL ?? 'http://127.0.0.1:8080';
const paths = [
  '/check',
  '/status',
  '/session',
  '/conversations',
  '/search',
  '/files',
  '/dictionary',
  '/rules',
  '/prompts',
  '/usage',
  '/quotas',
  '/audit',
  '/openapi.json',
];

export default defineConfig({
  plugins: [svelte(), licences()],
  build: { sourcemap: false, target: 'es2023', assetsInlineLimit: 0, manifest: true },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  server: {
    proxy: {
      ...Object.fromEntries(paths.map((path) => [path, server])),
      '/ws': { target: server, ws: true },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
