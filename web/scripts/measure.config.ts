/** Where the measurements of the workbench lie; they are asked for, and no part of the tests. */
import { defineConfig } from '@playwright/test';
import tests from '../playwright.config';

export default defineConfig({
  ...tests,
  testDir: '.',
  testMatch: ['measure.ts', 'measure-chat.ts'],
  workers: 1,
  timeout: 600_000,
  reporter: 'line',
});
