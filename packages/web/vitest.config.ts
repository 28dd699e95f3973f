import { playwright } from '@vitest/browser-playwright';
import { mergeConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from './chromium.ts';
import base from './vite.config.ts';

/** Vitest prints failures by way of Map.groupBy, which Node 20 does not have: without this it dies instead of naming the test. */
Map.groupBy ??= <K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
};

/** `*.logic.test.ts` are pure and run in Node, every other test in a real browser. */
export default mergeConfig(
  base,
  defineConfig({
    // An overlay over the page would take the clicks that tests make.
    server: { hmr: { overlay: false } },
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: 'logic',
            environment: 'node',
            testTimeout: 60_000,
            expect: { poll: { timeout: 20_000 } },
            include: ['src/**/*.logic.test.ts'],
            css: true,
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            // Long enough for two busy cores: a limit is there to end what hangs, never to judge how fast it is.
            testTimeout: 60_000,
            expect: { poll: { timeout: 20_000 } },
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
