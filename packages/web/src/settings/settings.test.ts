import { keptValue } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { sampleProvider, withEverything } from '../testing/sample-everything.ts';

async function openSettings(hub: FakeHub, section: string) {
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: section }).click();
}

test('the theme changes when the hub has it, and is there at the next first paint', async () => {
  await openSettings(sampleHub(), 'Appearance');
  await page.getByText('Catppuccin Latte').click();
  await expect.poll(() => document.documentElement.dataset.theme).toBe('latte');
  await expect.poll(() => JSON.parse(localStorage.getItem('agor.theme') ?? '{}').light?.id).toBe('latte');
});

test('a refused setting leaves the old value and says why', async () => {
  const hub = sampleHub();
  hub.failNext.set('settings.set', new ORPCError('REJECTED', { message: 'The disk is full.' }));
  await openSettings(hub, 'Appearance');
  await page.getByText('Catppuccin Latte').click();
  await expect.element(page.getByText('The disk is full.')).toBeVisible();
  expect(document.documentElement.dataset.theme).toBe('mocha');
});

test('a project is added by walking through folders', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Projects');
  await page.getByRole('region', { name: 'Group Tools' }).getByRole('button', { name: 'Add project' }).click();
  const folders = page.getByRole('group', { name: 'Folders' });
  await folders.getByRole('button', { name: 'code' }).click();
  await folders.getByRole('button', { name: /worker/ }).click();
  await expect.element(page.getByRole('textbox', { name: 'Folder' })).toHaveValue('/home/you/code/worker');
  await page.getByRole('button', { name: 'Add project' }).click();
  await expect.element(page.getByRole('region', { name: 'Group Tools' }).getByText('worker').first()).toBeVisible();
  expect(lastInput(hub, 'groups.addProject')).toMatchObject({ cwd: '/home/you/code/worker', groupId: 'tools' });
});

test('a path that is being typed shows the folders that begin so; one that leads nowhere says so and shows no other', async () => {
  await openSettings(sampleHub(), 'Projects');
  await page.getByRole('region', { name: 'Group Tools' }).getByRole('button', { name: 'Add project' }).click();
  const folder = page.getByRole('textbox', { name: 'Folder' });
  const folders = page.getByRole('group', { name: 'Folders' });
  await folder.fill('/home/you/code/W');
  await expect.element(folders.getByRole('button', { name: /web-shop/ })).toBeVisible();
  await expect.element(folders.getByRole('button', { name: /billing-api/ })).not.toBeInTheDocument();
  await expect.element(folders.getByRole('status')).not.toBeInTheDocument();
  await folder.fill('/home/you/code/nowhere');
  await expect.element(folders.getByRole('status')).toBeVisible();
  await expect.element(folders.getByRole('button')).not.toBeInTheDocument();
  await folder.fill('/home/you/code/wor');
  await folders.getByRole('button', { name: /worker/ }).click();
  await expect.element(folder).toHaveValue('/home/you/code/worker');
});

test('a project that was just added comes before the eyes and has the focus', async () => {
  await openSettings(sampleHub(), 'Projects');
  await page.getByRole('region', { name: 'Group Shop' }).getByRole('button', { name: 'Add project' }).click();
  await page.getByRole('textbox', { name: 'Folder' }).fill('/home/you/code/newcomer');
  await page.getByRole('button', { name: 'Add project' }).click();
  const box = page.getByRole('region', { name: 'newcomer', exact: true });
  await expect.element(box).toHaveAttribute('data-focused');
  await expect.element(box).toHaveFocus();
});

test('an edited project sends only what changed, and null for a choice taken back', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Projects');
  await page.getByRole('button', { name: 'Edit billing-api' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('billing');
  await page.getByRole('combobox', { name: 'Model' }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.element(page.getByRole('region', { name: 'billing', exact: true })).toBeVisible();
  expect(lastInput(hub, 'groups.updateProject')).toMatchObject({ changes: { name: 'billing', model: null } });
  expect(Object.keys((lastInput(hub, 'groups.updateProject') as { changes: object }).changes)).toEqual([
    'name',
    'model',
  ]);
});

test('"ask nothing" is chosen only after its meaning was confirmed', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Projects');
  await page.getByRole('button', { name: 'Edit worker' }).click();
  const mode = page.getByRole('combobox', { name: 'Permission mode' });
  await mode.selectOptions('Ask nothing');
  await page.getByRole('button', { name: 'Keep asking' }).click();
  await expect.element(mode).toHaveValue('');
  await mode.selectOptions('Ask nothing');
  await page.getByRole('button', { name: 'Ask nothing in worker' }).click();
  await expect.element(mode).toHaveValue('bypassPermissions');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => lastInput(hub, 'groups.updateProject'))
    .toMatchObject({
      changes: { permissionMode: 'bypassPermissions' },
    });
});

test('removing a group says that no folder is touched, and asks first', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Projects');
  await page.getByRole('button', { name: 'Remove Tools' }).click();
  await expect.element(page.getByText(/No folder, file or conversation on disk is touched/)).toBeVisible();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.element(page.getByRole('region', { name: 'Group Tools' })).not.toBeInTheDocument();
});

test('a group is added and renamed', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Projects');
  await page.getByRole('textbox', { name: 'Name of the new group' }).fill('Lab');
  await page.getByRole('button', { name: 'Add group' }).click();
  await page.getByRole('button', { name: 'Rename Lab' }).click();
  await page.getByRole('textbox', { name: 'Name of the group' }).fill('Laboratory');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('region', { name: 'Group Laboratory' })).toBeVisible();
});

test('an agent that is not installed can be installed, and says when it is', async () => {
  await openSettings(sampleHub(), 'Agents');
  await expect.element(page.getByText(/never asks before it reads/)).toBeVisible();
  await page.getByRole('button', { name: 'Install Codex' }).click();
  await expect.element(page.getByText('Installed 1.0.0')).toBeVisible();
});

test('a kept rule can be revoked', async () => {
  const hub = sampleHub();
  hub.rules = [
    { id: 'r1', projectId: 'worker', sessionId: null, toolName: 'Bash', label: 'npm test', once: false, createdAt: 0 },
  ];
  await openSettings(hub, 'Rules');
  await page.getByRole('button', { name: 'Revoke: npm test' }).click();
  await expect.element(page.getByRole('heading', { name: 'No rules yet' })).toBeVisible();
});

test('an agent’s environment shows names only; values are replaced, moved, taken from a secret and removed', async () => {
  const hub = sampleHub();
  const env = { API_KEY: keptValue('API_KEY'), LEVEL: keptValue('LEVEL'), TOKEN: 'secret://github_token' };
  hub.settings = { 'providers.claude': { env } };
  await openSettings(hub, 'Secrets');
  await page.getByRole('button', { name: 'Set GitHub token' }).click();
  await page.getByLabelText('Value of GitHub token').fill('ghp_1');
  await userEvent.keyboard('{Enter}');
  await page.getByRole('button', { name: 'Replace GitHub token' }).findElement();
  await page.getByRole('tab', { name: 'Agents' }).click();
  await page.getByText('Settings of Claude Code').click();
  const key = page.getByLabelText('Value of API_KEY', { exact: true });
  await expect.element(key).toHaveAttribute('type', 'password');
  await expect.element(key).toHaveValue('');
  await expect.element(key).toHaveAttribute('placeholder', 'kept');
  await expect.element(page.getByLabelText('Value of TOKEN', { exact: true })).toHaveValue('secret://github_token');
  const sent = () => lastInput(hub, 'settings.set') as { value: { env: object }; base: { env: object } };

  await page.getByRole('textbox', { name: 'Name of a new variable' }).fill('9LIVES');
  await expect.element(page.getByText('A name is letters, digits and underscores')).toBeVisible();
  await page.getByRole('textbox', { name: 'Name of a new variable' }).fill('LIVES');
  await page.getByLabelText('Value of the new variable').fill('9');
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => sent().value.env).toEqual({ ...env, LIVES: '9' });
  expect(sent().base.env).toEqual(env);

  const name = page.getByLabelText('Name of LEVEL', { exact: true });
  await name.fill('API_KEY');
  await userEvent.keyboard('{Tab}');
  await expect.element(page.getByText('There is API_KEY already')).toBeVisible();
  await name.fill('DEPTH');
  await userEvent.keyboard('{Tab}');
  await expect.poll(() => sent().value.env).toMatchObject({ DEPTH: keptValue('LEVEL') });

  await page.getByRole('button', { name: 'Use a secret for the value of API_KEY' }).click();
  await page.getByRole('menuitem', { name: /GitHub token/ }).click();
  await expect.poll(() => sent().value.env).toMatchObject({ API_KEY: 'secret://github_token' });
  await page.getByRole('button', { name: 'Remove TOKEN' }).click();
  await expect.poll(() => Object.keys(sent().value.env).sort()).toEqual(['API_KEY', 'DEPTH', 'LIVES']);
});

test('a configuration that is no JSON or that the provider refuses stays in the field with the reason', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Agents');
  await page.getByText('Settings of Claude Code').click();
  const json = page.getByRole('textbox', { name: 'Configuration (JSON)' });
  await json.fill('{ nope');
  await expect.element(page.getByText(/This is no JSON/)).toBeVisible();
  hub.failNext.set('settings.set', new ORPCError('REJECTED', { message: 'config.level: a number' }));
  await json.fill('{ "level": "high" }');
  await page.getByRole('heading', { name: 'Claude Code' }).click();
  await expect.element(page.getByRole('alert').getByText('config.level: a number')).toBeVisible();
});

test('an agent of one’s own is added to a family, and taken away again', async () => {
  const hub = withEverything(sampleHub());
  await openSettings(hub, 'Agents');
  const family = page.getByRole('region', { name: 'Agents over ACP' });
  await family.getByRole('button', { name: 'Add your own agent' }).click();
  await family.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
  await family.getByRole('textbox', { name: 'Command' }).fill('my-agent');
  await expect.element(family.getByText('Lower-case letters, digits, dots and dashes')).toBeVisible();
  await family.getByRole('textbox', { name: 'Name', exact: true }).fill('mine');
  await family.getByRole('textbox', { name: 'Arguments' }).fill('acp\n--verbose');
  await family.getByRole('button', { name: 'Add agent' }).click();
  await expect
    .poll(() => lastInput(hub, 'settings.set'))
    .toMatchObject({
      key: 'providers.acp',
      value: { config: { agents: { mine: { command: 'my-agent', args: ['acp', '--verbose'] } } } },
    });
  hub.providers = [...hub.providers, sampleProvider('acp:mine', {}, { label: 'mine' })];
  hub.tell({ kind: 'providers', providers: hub.providers });
  await family.getByRole('button', { name: 'Remove your settings of mine' }).click();
  await expect.poll(() => lastInput(hub, 'settings.set')).toMatchObject({ value: { config: { agents: {} } } });
});

test('a model is fetched with its progress, and the fetch can be stopped without an alarm', async () => {
  const hub = withEverything(sampleHub());
  await openSettings(hub, 'Agents');
  await page.getByText('Settings of Ollama and local servers').click();
  const models = page.getByRole('region', { name: 'Models of Ollama and local servers' });
  await expect.element(models.getByText('5.2 GB')).toBeVisible();
  await models.getByRole('textbox', { name: 'Model to fetch' }).fill('endless');
  await models.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect.element(models.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '40');
  await models.getByRole('button', { name: 'Stop fetching' }).click();
  await expect.element(models.getByText('Stopped')).toBeVisible();
  await expect.element(page.getByText('endless was not fetched')).not.toBeInTheDocument();
  await models.getByRole('textbox', { name: 'Model to fetch' }).fill('tiny:1b');
  await models.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect.element(models.getByText('Fetched tiny:1b')).toBeVisible();
  await expect.element(models.getByRole('list').getByText('tiny:1b')).toBeVisible();
});

test('a project has a sandbox, a profile and settings of its own', async () => {
  const hub = withEverything(sampleHub());
  await openSettings(hub, 'Projects');
  await page.getByRole('button', { name: 'Edit worker' }).click();
  await page.getByRole('checkbox', { name: /Work in a sandbox/ }).click();
  await page.getByRole('textbox', { name: 'More ports it may connect to' }).fill('99999');
  await expect.element(page.getByText('99999: ports are 1 to 65535')).toBeVisible();
  await page.getByRole('textbox', { name: 'More ports it may connect to' }).fill('5432, 3000-3010');
  await page.getByRole('textbox', { name: 'Path of a folder' }).fill('/opt/tools');
  await userEvent.keyboard('{Enter}');
  await page.getByRole('combobox', { name: 'Profile' }).selectOptions('Work');
  await page.getByText('Claude Code in this project').click();
  await page.getByRole('textbox', { name: 'Program' }).fill('/opt/claude');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => lastInput(hub, 'groups.updateProject'))
    .toMatchObject({
      changes: {
        sandboxEnabled: true,
        sandboxPorts: ['5432', '3000-3010'],
        sandboxPaths: [{ path: '/opt/tools', access: 'read' }],
        profile: 'work',
        providers: { claude: { path: '/opt/claude' } },
      },
    });
});

test('what holds for all agents is switched in one place', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Agents');
  await page.getByRole('checkbox', { name: /Start an agent when I begin to write/ }).click();
  await expect.poll(() => lastInput(hub, 'settings.set')).toMatchObject({ key: 'prewarm', value: true });
});

test('a setting is found by its words, comes into view and has the focus', async () => {
  openFace(sampleHub());
  await page.getByTestId('settings-btn').click();
  const search = page.getByRole('combobox', { name: 'Search settings' });
  await search.fill('stalled after');
  await expect.element(page.getByRole('option', { name: /An agent counts as stalled after/ })).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('tab', { name: 'Agents' })).toHaveAttribute('aria-selected', 'true');
  await expect.element(page.getByRole('spinbutton', { name: 'An agent counts as stalled after' })).toHaveFocus();
  await search.fill('billing-api');
  await page.getByRole('option', { name: /billing-api/ }).click();
  await expect.element(page.getByRole('form', { name: 'Project billing-api' })).toBeVisible();
  await search.fill('no such words');
  await expect.element(page.getByText(/Nothing in the settings is called/)).toBeVisible();
});

test('a number that its schema does not take stays unsaved with the reason; the default is shown and comes back', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Agents');
  const minutes = page.getByRole('spinbutton', { name: 'An agent counts as stalled after' });
  await minutes.fill('0');
  await userEvent.tab();
  await expect.element(page.getByText('A number from 1 to 1440')).toBeVisible();
  expect(hub.received.some(({ name }) => name === 'settings.set')).toBe(false);
  await minutes.fill('40');
  await userEvent.tab();
  await expect.poll(() => lastInput(hub, 'settings.set')).toMatchObject({ key: 'stall_threshold_min', value: 40 });
  await expect.element(page.getByText(/Default: 15 minutes/)).toBeVisible();
  await page.getByRole('button', { name: 'Reset to default' }).click();
  await expect.element(minutes).toHaveValue(15);
});

test('a group decides a setting for its projects, and a project for itself over its group', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Projects');
  const shop = page.getByRole('region', { name: 'Group Shop' });
  await shop.getByText('Settings that its members can have of the group').click();
  await shop.getByRole('button', { name: 'Decide here: An agent counts as stalled after' }).click();
  await shop.getByRole('spinbutton', { name: 'An agent counts as stalled after' }).fill('20');
  await userEvent.tab();
  await expect.poll(() => lastInput(hub, 'groups.updateGroup')).toMatchObject({ stallThresholdMin: 20 });
  await page.getByRole('button', { name: 'Edit billing-api' }).click();
  await page.getByText('Settings that it can have of its own').click();
  const stalled = page.getByRole('group', { name: 'An agent counts as stalled after' });
  await expect.element(stalled.getByText('from group Shop')).toBeVisible();
  await stalled.getByRole('button', { name: /Decide here/ }).click();
  await stalled.getByRole('spinbutton').fill('5');
  await userEvent.tab();
  await expect.element(stalled.getByText('own', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => lastInput(hub, 'groups.updateProject')).toMatchObject({ changes: { stallThresholdMin: 5 } });
  await page.getByRole('button', { name: 'Edit billing-api' }).click();
  await page.getByText('Settings that it can have of its own (1 decided)').click();
  await stalled.getByRole('button', { name: /Reset to what Shop says/ }).click();
  await expect.element(stalled.getByText(/20 minutes/)).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => lastInput(hub, 'groups.updateProject'))
    .toMatchObject({ changes: { stallThresholdMin: null } });
});

test('a file shows what it would change before it is imported', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Import and export');
  const leftOut = ['providers.claude.env.API_KEY'];
  const text = JSON.stringify({ kind: 'agor settings', version: 1, settings: { ui_font_size: 17 }, leftOut });
  await page.getByLabelText('File of settings').upload(new File([text], 'mine.json', { type: 'application/json' }));
  await expect.element(page.getByRole('list', { name: 'What would change' }).getByText('ui_font_size')).toBeVisible();
  expect(hub.settings.ui_font_size).toBeUndefined();
  await page.getByRole('button', { name: 'Import 1 change' }).click();
  await expect.element(page.getByText('Imported: 1 change.')).toBeVisible();
  await expect.element(page.getByText(/^Enter these/)).toBeVisible();
  await expect.element(page.getByText('providers.claude.env.API_KEY')).toBeVisible();
  expect(hub.settings.ui_font_size).toBe(17);
});

test('a file that can not be taken says why and where', async () => {
  const hub = sampleHub();
  hub.failNext.set('settings.previewImport', new ORPCError('REJECTED', { message: 'at settings.theme: a text' }));
  await openSettings(hub, 'Import and export');
  await page.getByLabelText('File of settings').upload(new File(['{}'], 'bad.json', { type: 'application/json' }));
  await expect.element(page.getByRole('alert').getByText('at settings.theme: a text')).toBeVisible();
});

test('an export names what it left out', async () => {
  await openSettings(sampleHub(), 'Import and export');
  await page.getByRole('button', { name: 'Export settings' }).click();
  await expect.element(page.getByText('providers.claude.env.API_KEY')).toBeVisible();
});
