import { test as base, expect, type Page } from '@playwright/test';
import { BrowserWorld } from './world.ts';

export { expect, type Locator, type Page } from '@playwright/test';

interface WorldOptions {
  /** Each test file has its own name and so its own agor, hub and home. */
  world: {
    name: string;
    claude?: boolean;
    ollama?: boolean;
    keyring?: boolean;
    telemetry?: boolean;
    env?: Record<string, string>;
  };
}

interface TestFixtures {
  /** Complaints of the page that this test expects, for example of a network that it takes away. */
  expected: { complaints: readonly RegExp[] };
  /** Opens another window of the same browser: signed in, and watched as the first is. */
  openWindow: () => Promise<Page>;
}

/** Playwright's test with an agor of the file's own, a page that is signed in by the printed link, and an eye on every complaint of the page. */
export const test = base.extend<TestFixtures, WorldOptions & { agor: BrowserWorld }>({
  world: [{ name: 'browser' }, { option: true, scope: 'worker' }],
  agor: [
    async ({ world }, use) => {
      const agor = await BrowserWorld.begin(world);
      await use(agor);
      await agor.end();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  expected: [{ complaints: [] }, { option: true }],
  page: async ({ page, agor, expected }, use) => {
    const complaints = watch(page, expected.complaints);
    await signIn(page, agor);
    await use(page);
    expect(complaints, 'what the page complained about').toEqual([]);
  },
  openWindow: async ({ page, agor, expected }, use) => {
    const complaints: string[][] = [];
    await use(async () => {
      const next = await page.context().newPage();
      complaints.push(watch(next, expected.complaints));
      await signIn(next, agor);
      return next;
    });
    expect(complaints.flat(), 'what the other windows complained about').toEqual([]);
  },
});

async function signIn(page: Page, agor: BrowserWorld): Promise<void> {
  await page.goto(agor.link);
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await expect(page.getByText('connected', { exact: true })).toBeVisible();
}

/** Collects errors of the console (a broken Content-Security-Policy is one) and of scripts, except those that are expected. */
function watch(page: Page, expected: readonly RegExp[]): string[] {
  const complaints: string[] = [];
  const add = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') add(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => add(error.stack ?? error.message));
  return complaints;
}

/** What a browser prints when nobody answers at an address. */
export const HUB_AWAY = { complaints: [/WebSocket connection to/, /ERR_(CONNECTION_\w+|EMPTY_RESPONSE) /] };
