import { readFileSync } from 'node:fs';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { pictures } from './pictures.ts';

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

test('MCP servers are taken from another tool’s configuration, and a project switches one off for itself', async ({
  page,
  agor,
}) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  const search = page.getByRole('combobox', { name: 'Search settings' });
  await search.fill('mcp servers');
  await page.getByRole('option', { name: /MCP servers/ }).click();
  const all = page.getByRole('region', { name: 'MCP servers of every agent' });
  await all.getByRole('button', { name: 'Paste MCP servers for every agent' }).click();
  const docs = { command: 'npx', args: ['-y', 'docs-mcp'], env: { DOCS_TOKEN: 'a key of mine' } };
  const tickets = { type: 'http', url: 'https://tickets.example/mcp' };
  await all
    .getByRole('textbox', { name: 'Configuration (JSON)' })
    .fill(JSON.stringify({ mcpServers: { docs, tickets } }, null, 2));
  await all.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(all.getByRole('checkbox', { name: 'Use tickets' })).toBeChecked();
  await all.getByRole('button', { name: 'Edit docs' }).click();
  await expect(all.getByRole('textbox', { name: 'Value of DOCS_TOKEN' })).toHaveAttribute('placeholder', 'kept');
  await expectAccessible(page, 'MCP servers');
  await pictures(page, agor, 'settings-mcp', () => all.scrollIntoViewIfNeeded());

  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Edit Web Shop' }).click();
  const own = page.getByRole('region', { name: 'MCP servers of Web Shop' });
  await own.getByRole('checkbox', { name: 'Use tickets' }).click();
  await expect(own.getByRole('button', { name: 'Leave tickets as it is above' })).toBeVisible();
  expect(await agor.agor('config', 'get', 'mcp_servers')).toContain('kept://DOCS_TOKEN');
});

test('a setting is found by its words, and its field has the focus', async ({ page }) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  const search = page.getByRole('combobox', { name: 'Search settings' });
  await search.fill('terminal font size');
  await page.getByRole('option', { name: /Terminal and code font size/ }).click();
  await expect(page.getByRole('spinbutton', { name: 'Terminal and code font size' })).toBeFocused();
  await search.fill('web shop');
  await search.press('Enter');
  await expect(page.getByRole('form', { name: 'Project Web Shop' })).toBeVisible();
});

test('a group decides for its projects and a project over it: the next session begins so', async ({ page, agor }) => {
  const pickers = page.getByRole('region', { name: 'Web Shop', exact: true });
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  const demo = page.getByRole('region', { name: 'Group Demo' });
  await demo.getByText('Settings that its members can have of the group').click();
  await demo.getByRole('button', { name: 'Decide here: Permission mode' }).click();
  await demo.getByRole('combobox', { name: 'Permission mode' }).selectOption('Plan only');
  await expect(demo.getByRole('button', { name: 'Reset to what Settings say: Permission mode' })).toBeVisible();
  await expect(pickers.getByText('Plan only').first()).toBeVisible();
  await page.getByRole('button', { name: 'Edit Web Shop' }).click();
  await expect(page.getByRole('option', { name: 'From group Demo: Plan only' })).toBeAttached();
  await pictures(page, agor, 'settings-project');
  await page.getByText('Settings that it can have of its own').click();
  await expectAccessible(page, 'settings');
  await page.getByRole('combobox', { name: 'Permission mode' }).selectOption('Edit without asking');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(pickers.getByText('Edit without asking').first()).toBeVisible();
  await demo.getByText('Settings that its members can have of the group').click();
  await demo.getByRole('button', { name: 'Reset to what Settings say: Permission mode' }).click();
  await expect(pickers.getByText('Edit without asking').first()).toBeVisible();
});

test('settings are exported without secrets, and a file shows what it changes before it does', async ({
  page,
  agor,
}) => {
  await agor.agor('config', 'set', 'ui_font_size', '14');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Import and export' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export settings' }).click();
  const file = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  expect(file).toMatchObject({ kind: 'agor settings', version: 1, settings: { ui_font_size: 14 } });
  const choose = (settings: object) =>
    page.getByLabel('File of settings').setInputFiles({
      name: 'mine.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ ...file, settings })),
    });
  await choose({ ui_font_size: 99 });
  await expect(page.getByRole('alert').filter({ hasText: 'settings.ui_font_size' })).toBeVisible();
  await choose({ ui_font_size: 15, term_font_size: 12 });
  await expect(page.getByRole('list', { name: 'What would change' }).getByRole('listitem')).toHaveCount(2);
  await pictures(page, agor, 'settings-import');
  await expectAccessible(page, 'settings');
  await page.getByRole('button', { name: 'Import 2 changes' }).click();
  await expect(page.getByText('Imported: 2 changes.')).toBeVisible();
  expect((await agor.agor('config', 'get', 'ui_font_size')).trim()).toBe('15');
  await agor.agor('config', 'reset', 'ui_font_size');
});

test('every part of the settings opens, by the keyboard too, without a barrier', async ({ page, agor }) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  const tabs = page.getByRole('tablist', { name: 'Settings' }).getByRole('tab');
  const names = await tabs.allTextContents();
  for (const name of names) {
    await tabs.filter({ hasText: new RegExp(`^${name}$`) }).press('Enter');
    await expect(page.getByRole('tabpanel', { name })).toBeVisible();
    await expectAccessible(page, 'settings');
  }
  await page.getByRole('tab', { name: 'Agents' }).click();
  await pictures(page, agor, 'settings-agents', () =>
    page.getByRole('heading', { name: 'All agents' }).scrollIntoViewIfNeeded(),
  );
});
