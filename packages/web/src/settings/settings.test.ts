import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

async function openSettings(hub: FakeHub, section: string) {
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: section }).click();
}

test('the theme changes when the hub has it, and is there at the next first paint', async () => {
  await openSettings(sampleHub(), 'Appearance');
  await page.getByText('Catppuccin Latte').click();
  await expect.poll(() => document.documentElement.dataset.theme).toBe('latte');
  expect(localStorage.getItem('agor.theme')).toBe('latte');
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
