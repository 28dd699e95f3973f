import { expect, test } from './fixtures.ts';

// No vendor's program anywhere: not on PATH, not among those that agor installed.
test.use({ world: { name: 'settings', env: { PATH: '/usr/bin:/bin', AGOR_PROVIDERS_DIR: '/nonexistent' } } });

test('the theme changes at once and stays after a reload', async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const mocha = await background();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  await page.getByRole('radio', { name: /Latte/ }).press('Space');
  await expect.poll(background).not.toBe(mocha);
  const latte = await background();
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await expect.poll(background).toBe(latte);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: /Mocha/ }).press('Space');
  await expect.poll(background).toBe(mocha);
});

test('a group is added, renamed, shown and removed', async ({ page }) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('textbox', { name: 'Name of the new group' }).fill('Kitchen');
  await page.getByRole('button', { name: 'Add group' }).click();
  const kitchen = page.getByRole('region', { name: 'Group Kitchen' });
  await kitchen.getByRole('button', { name: 'Rename Kitchen' }).click();
  await kitchen.getByRole('textbox', { name: 'Name of the group' }).fill('Garden');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  const garden = page.getByRole('region', { name: 'Group Garden' });
  await expect(page.getByRole('button', { name: 'Group: Garden' })).toBeVisible();
  await expect(page.getByText('Add your first project')).toBeVisible();
  await page.getByRole('button', { name: 'Show Demo' }).click();
  await expect(page.getByRole('region', { name: 'Web Shop', exact: true })).toBeVisible();
  await garden.getByRole('button', { name: 'Remove Garden' }).click();
  await page.getByRole('dialog', { name: 'Remove the group Garden?' }).getByRole('button', { name: 'Remove' }).click();
  await expect(garden).toBeHidden();
  await expect(page.getByRole('button', { name: 'Group: Demo' })).toBeVisible();
});

test('a vendor whose program is not there is no error: it has a button that installs it', async ({ page }) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Agents' }).click();
  const claude = page.getByRole('region', { name: /Claude/ });
  await expect(claude).toContainText('Not installed.');
  await expect(claude.getByRole('button', { name: /Install Claude/ })).toBeEnabled();
});
