import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';

test.use({ world: { name: 'palette' } });

test.beforeAll(async ({ agor }) => {
  await agor.agor('group', 'add', 'Shop');
  await agor.project('billing-api');
  const folder = await agor.project('pantry');
  await writeFile(join(folder, 'invoices.ts'), 'export const invoices = [];\n');
});

async function open(page: Page, words = ''): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette-input')).toBeFocused();
  await page.keyboard.type(words);
}
const chosen = (page: Page) => page.locator('[role="option"][aria-selected="true"]');
const box = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function isAccessible(page: Page, selector: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .include(selector)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
}

test('by keyboard alone: to a project, a file of it, its session, a task, and everything in one list', async ({
  agor,
  page,
}) => {
  test.setTimeout(180_000);
  await open(page, '@pantr');
  await expect(chosen(page)).toContainText('pantry');
  await page.keyboard.press('Enter');
  await expect(box(page, 'pantry')).toHaveAttribute('data-focused', 'true');

  await open(page, '/invoi');
  await expect(chosen(page)).toContainText('invoices.ts');
  await page.keyboard.press('Enter');
  await expect(box(page, 'pantry').getByRole('tab', { name: 'Files', exact: true })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await expect(box(page, 'pantry').getByText('export const invoices')).toBeVisible();

  await open(page, 'write to the agent');
  await page.keyboard.press('Enter');
  await expect(box(page, 'pantry').getByTestId('agent-prompt')).toBeFocused();
  await page.keyboard.type('help with the zebra invoices');
  await page.keyboard.press('Enter');
  await expect(box(page, 'pantry').getByTestId('agent-messages')).toContainText('zebra invoices');
  await open(page, '@billing');
  await page.keyboard.press('Enter');
  await expect(box(page, 'billing-api')).toHaveAttribute('data-focused', 'true');
  await open(page, '@zebra');
  await expect(chosen(page)).toContainText('zebra');
  await page.keyboard.press('Enter');
  await expect(box(page, 'pantry')).toHaveAttribute('data-focused', 'true');

  await page.keyboard.press('Control+Shift+B');
  await page.getByRole('button', { name: 'Add task' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Paint the shed');
  await page.getByRole('dialog').getByRole('button', { name: 'Add task' }).click();
  await expect(page.getByRole('button', { name: /^Paint the shed/ })).toBeVisible();
  await page.keyboard.press('Control+Shift+B');
  await open(page, '#shed');
  await expect(chosen(page)).toContainText('Paint the shed');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Paint the shed' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+B');

  await open(page);
  await expect(page.getByRole('group', { name: 'Recent' })).toBeVisible();
  await isAccessible(page, '[data-testid="command-palette"]');
  await pictures(page, agor, 'palette');
  await page.keyboard.type('new');
  await pictures(page, agor, 'palette-found');
  await page.keyboard.press('Escape');
});

test('a key is given to a command and used, also after a reload; the cheat-sheet has it', async ({ agor, page }) => {
  test.setTimeout(180_000);
  await open(page, 'settings keyboard');
  await expect(chosen(page)).toContainText('Settings: Keyboard');
  await page.keyboard.press('Enter');
  const settings = page.getByRole('complementary', { name: 'Settings' });
  await settings.getByRole('button', { name: /^Metrics.*change Ctrl\+Shift\+E/ }).click();
  await page.keyboard.press('Control+Alt+m');
  await page.keyboard.press('Enter');
  await expect(settings.getByRole('button', { name: /^Metrics.*change Ctrl\+Alt\+M/ })).toBeVisible();
  await isAccessible(page, 'aside[aria-label="Settings"]');
  await pictures(page, agor, 'keyboard');
  expect(JSON.parse(await agor.agor('config', 'get', 'shortcuts'))).toEqual({ 'panel.metrics': ['Mod+Alt+M'] });
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await expect(box(page, 'pantry')).toBeVisible();
  await page.keyboard.press('Control+Alt+m');
  await expect(page.getByRole('complementary', { name: 'Metrics' })).toBeVisible();
  await page.keyboard.press('Control+Alt+m');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet.getByText('Ctrl+Alt+M')).toBeAttached();
  await isAccessible(page, '[role="dialog"]');
  await pictures(page, agor, 'cheat-sheet');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});
