import { expectAccessible } from './axe.ts';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';
import type { BrowserWorld } from './world.ts';

test.use({ world: { name: 'search' } });

const LONG = 100_000;
/** Somewhere in the middle of it. */
const FAR = 31_415;

const overlay = (page: Page) => page.getByTestId('search-overlay');
const input = (page: Page) => page.getByTestId('search-input');
const hits = (page: Page) => page.getByTestId('search-hit');
const filter = (page: Page, name: string) => overlay(page).getByRole('combobox', { name, exact: true });
const group = (page: Page, name: string) => overlay(page).getByRole('group', { name, exact: true });

async function search(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+Shift+F');
  await expect(input(page)).toBeFocused();
  await page.keyboard.type(words);
}

async function run(agor: BrowserWorld, project: string, prompt: string): Promise<void> {
  await agor.agor('run', '--cwd', agor.folder(project), prompt);
}

async function addTask(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+Shift+B');
  await page.getByRole('button', { name: 'Add task' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Title' }).fill(title);
  await dialog.getByRole('button', { name: 'Add task' }).click();
  await expect(page.getByRole('button', { name: new RegExp(`^${title}`) })).toBeVisible();
  await page.keyboard.press('Control+Shift+B');
}

test.beforeAll(async ({ agor }) => {
  await agor.agor('group', 'add', 'Harbour');
  await agor.agor('config', 'set', 'default_permission_mode', '"bypassPermissions"');
  await agor.project('lighthouse');
  await agor.project('quay');
  await run(agor, 'lighthouse', 'say The foghorn <img src=x onerror="window.broken = 1"> & <b>bold</b> is loud');
  await run(agor, 'quay', 'run printf "foghorn valve open"');
  await run(agor, 'quay', 'run btmsg send admin "Who mends the foghorn?"');
});

test('what was said, printed, planned and written is found by kind, as text, and filtered', async ({ agor, page }) => {
  test.setTimeout(240_000);
  await addTask(page, 'Listen to the foghorn');
  await search(page, 'foghorn');
  await expect(group(page, 'Messages')).toBeVisible();
  for (const kind of ['Messages', 'Tools', 'Tasks', 'Team messages'])
    await expect(group(page, kind).getByTestId('search-hit').first(), kind).toBeVisible();
  const said = group(page, 'Messages').getByTestId('search-hit').filter({ hasText: 'is loud' }).first();
  await expect(said).toContainText('<img src=x onerror="window.broken = 1"> & <b>bold</b>');
  await expect(said.locator('mark').first()).toHaveText('foghorn');
  await expect(overlay(page).locator('img, b')).toHaveCount(0);
  expect(await page.evaluate(() => (window as { broken?: number }).broken)).toBeUndefined();
  await expectAccessible(page, 'what was found');
  await pictures(page, agor, 'search');

  const shown = async (options: Record<string, string>, kinds: readonly string[]) => {
    for (const [name, label] of Object.entries(options)) await filter(page, name).selectOption({ label });
    const headings = overlay(page).getByRole('listbox', { name: 'Results' }).getByRole('group');
    // At once: one by one, the test would wait for a group that has gone since.
    await expect
      .poll(() => headings.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))))
      .toEqual(kinds);
  };
  await shown({ What: 'Tasks' }, ['Tasks']);
  await shown({ What: 'Everything', Who: 'Tool' }, ['Tools']);
  await shown({ Who: 'Said by anyone', Agent: 'Claude' }, []);
  await expect(overlay(page).getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await expect(overlay(page)).toContainText('Nothing that fits the filters.');
  await expectAccessible(page, 'nothing found');
  await overlay(page).getByRole('button', { name: 'Search without filters' }).click();
  await shown({ 'Project or group': 'lighthouse' }, ['Messages']);
  await expect(hits(page).filter({ hasText: 'valve' })).toHaveCount(0);
  await filter(page, 'When').selectOption({ label: 'Between…' });
  await overlay(page).getByLabel('To', { exact: true }).fill('2020-01-31');
  await shown({}, []);
  await expectAccessible(page, 'filters by date');
  await pictures(page, agor, 'search-filters');
  await overlay(page).getByRole('button', { name: 'Clear filters' }).click();
  await expect(group(page, 'Tasks')).toBeVisible();
});

test('a task opens on its board and a message in its conversation', async ({ page }) => {
  await addTask(page, 'Oil the foghorn');
  await search(page, 'oil the foghorn');
  await group(page, 'Tasks').getByTestId('search-hit').first().click();
  await expect(page.getByRole('dialog', { name: 'Oil the foghorn' })).toBeVisible();
  await page.keyboard.press('Escape');

  await search(page, 'who mends');
  await group(page, 'Team messages').getByTestId('search-hit').first().click();
  const comms = page.getByRole('complementary', { name: 'Comms' });
  await expect(comms.getByRole('log').getByText('Who mends the foghorn?')).toBeInViewport();
});

test('an empty search helps, an expression is read and what is wrong with it is told', async ({ agor, page }) => {
  await search(page, '');
  await expect(overlay(page).getByRole('heading', { name: 'Search everything' })).toBeVisible();
  await expectAccessible(page, 'an empty search');
  await pictures(page, agor, 'search-empty');
  await input(page).focus();
  await page.keyboard.type('foghorn AND (valve');
  await expect(overlay(page).getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await overlay(page).getByRole('checkbox', { name: 'FTS expression' }).check();
  await expect(overlay(page).getByRole('alert')).toContainText('The expression is not complete.');
  await expectAccessible(page, 'an expression that cannot be read');
  await pictures(page, agor, 'search-problem');
  await input(page).fill('foghorn NOT (valve OR mends)');
  await expect(hits(page).filter({ hasText: 'is loud' }).first()).toBeVisible();
  await expect(hits(page).filter({ hasText: 'valve' })).toHaveCount(0);
});

test('in a session of 100 000 messages it leads to the very one, by keyboard alone', async ({ agor, page }) => {
  test.setTimeout(300_000);
  await agor.project('archive');
  await run(agor, 'archive', `burst n=${LONG} size=60`);
  await run(agor, 'archive', 'say something newer');
  await search(page, String(FAR));
  // While it is indexed the overlay says so, answers, and looks again by itself.
  await expect(
    hits(page)
      .filter({ hasText: new RegExp(`${FAR} `) })
      .first(),
  ).toBeVisible({ timeout: 120_000 });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(overlay(page)).toBeHidden();
  const box = new ProjectBox(page, 'archive');
  const row = box.transcript.locator('[data-row]').filter({ hasText: new RegExp(`^\\s*${FAR} `) });
  await expect(row).toBeInViewport();
  await expect(row).toBeFocused();
  expect(await box.transcript.locator('[data-row]').count()).toBeLessThan(300);
  await pictures(page, agor, 'search-jumped', async () => {
    await expect(row).toBeAttached();
  });
});
