import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

test.use({ world: { name: 'themes' } });
const SCREENS = resolve(import.meta.dirname, '..', '..', 'test-results', 'screens');

test('a theme is chosen, is there before the scripts of the next visit, and can be read', async ({ page, agor }) => {
  await agor.project('painted');
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  const root = page.locator('html');
  await page.getByText('Dracula', { exact: true }).hover();
  await expect(root).toHaveAttribute('data-theme', 'dracula');
  await page.getByText('Tokyo Night', { exact: true }).click();
  await expect.poll(() => agor.agor('config', 'get', 'theme')).toContain('tokyo-night');
  await expect(root).toHaveAttribute('data-theme', 'tokyo-night');
  for (const theme of ['mocha', 'latte', 'contrast-dark', 'contrast-light', 'solarized-dark', 'nord', 'dracula']) {
    await agor.agor('config', 'set', 'theme', JSON.stringify(theme));
    await expect(root).toHaveAttribute('data-theme', theme);
    await page.screenshot({ path: join(SCREENS, `appearance-1366-${theme}.png`), animations: 'disabled' });
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
    expect(violations.map(({ id, nodes }) => [theme, id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
  }
  // Without the face's own script the page is painted in the remembered theme already.
  await page.route(/\/assets\/index-.*\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.reload();
  await expect(root).toHaveAttribute('data-theme', 'dracula');
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(25, 26, 33)');
});

test('the system is followed, and a theme of one’s own is followed as its file is saved', async ({ page, agor }) => {
  const root = page.locator('html');
  await agor.agor('config', 'set', 'theme', '"system"');
  await agor.agor('config', 'set', 'theme_dark', '"vesper"');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(root).toHaveAttribute('data-theme', 'vesper');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(root).toHaveAttribute('data-theme', 'latte');
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  const file = { name: 'mine.json', mimeType: 'application/json' };
  const mine = { label: 'Mine', isDark: true, colors: { base: '#101022' } };
  await page.getByLabel('Theme file').setInputFiles({ ...file, buffer: Buffer.from(JSON.stringify(mine)) });
  await agor.agor('config', 'set', 'theme', '"user:mine"');
  await expect(root).toHaveAttribute('data-theme', 'user:mine');
  const folder =
    (
      await page
        .getByText(/config.*themes/)
        .first()
        .textContent()
    )?.match(/\/\S*themes/)?.[0] ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'mine.json'), JSON.stringify({ ...mine, colors: { base: '#202044' } }));
  const base = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--base'));
  await expect.poll(base).toBe('#202044');
  writeFileSync(join(folder, 'broken.json'), '{"label":"B","isDark":true,"colors":{"base":"red"}}');
  await expect(page.getByText(/colors\.base: a colour is written as/)).toBeVisible();
});
