import { playwright } from '@vitest/browser-playwright';
import { mergeConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from './chromium.ts';
import base from './vite.config.ts';

/** `*.logic.test.ts` are pure and run in Node, every other test in a real browser. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      projects: [
        {
          extends: true,
          test: { name: 'logic', environment: 'node', include: ['src/**/*.logic.test.ts'] },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['src/**/*.test.ts'],
            exclude: ['src/**/*.logic.test.ts'],
            browser: {
              enabled: true,
              headless: true,
              screenshotFailures: false,
              provider: playwright({ launchOptions: chromiumLaunch() }),
              instances: [{ browser: 'chromium', viewport: { width: 1366, height: 768 } }],
            },
          },
        },
      ],
    },
  }),
);
