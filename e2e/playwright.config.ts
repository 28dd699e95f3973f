import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from '../packages/web/chromium.ts';

export default defineConfig({
  testDir: 'browser',
  outputDir: resolve(import.meta.dirname, '..', 'test-results', 'browser'),
  // Two cores, and each worker has a whole agor beside its browser.
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  retries: 0,
  use: {
    launchOptions: chromiumLaunch(),
    viewport: { width: 1366, height: 768 },
    trace: 'retain-on-failure',
    video: 'off',
  },
});
