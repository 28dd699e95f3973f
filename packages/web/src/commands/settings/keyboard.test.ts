import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../../testing/mount.ts';
import { lastInput } from '../../testing/received.ts';
import { sampleHub } from '../../testing/sample-data.ts';

async function openKeyboard(shortcuts: Record<string, string[]> = {}) {
  const hub = sampleHub();
  hub.settings = { ...hub.settings, shortcuts };
  openFace(hub);
  await expect.element(page.getByRole('region', { name: 'web-shop', exact: true })).toBeVisible();
  await userEvent.keyboard('{Control>},{/Control}');
  await page.getByRole('tab', { name: 'Keyboard' }).click();
  const panel = page.getByRole('complementary', { name: 'Settings' });
  await expect.element(panel.getByRole('searchbox', { name: 'Search commands and keys' })).toBeVisible();
  return { hub, panel };
}

test('keys are pressed for a command, kept, and act from then on; the old ones do not', async () => {
  const { hub, panel } = await openKeyboard();
  await panel.getByRole('button', { name: 'Inbox: everything that waits for you, change Ctrl+M' }).click();
  const field = panel.getByRole('textbox', { name: /Press the keys for Inbox/ });
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard('{Control>}{Alt>}i{/Alt}{/Control}');
  await expect.element(field.getByText('Alt', { exact: true })).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect
    .poll(() => lastInput(hub, 'settings.set'))
    .toMatchObject({ key: 'shortcuts', value: { 'panel.inbox': ['Mod+Alt+I'] } });
  await expect.element(panel.getByRole('button', { name: /^Inbox.*change Ctrl\+Alt\+I/ })).toBeVisible();
  await userEvent.keyboard('{Control>}m{/Control}');
  await expect.element(panel).toBeVisible();
  await userEvent.keyboard('{Control>}{Alt>}i{/Alt}{/Control}');
  await expect.element(page.getByRole('complementary', { name: 'Inbox' })).toBeVisible();
  await expect
    .element(page.getByTestId('sidebar-rail').getByRole('button', { name: /^Inbox/ }))
    .toHaveAttribute('title', 'Inbox, 2 waiting (Ctrl+Alt+I)');
});

test('keys that another command has are told while they are pressed, shown as a conflict with both names, and resolved', async () => {
  const { hub, panel } = await openKeyboard();
  await panel.getByRole('button', { name: 'Add keys to Show Files' }).click();
  await userEvent.keyboard('{Control>}m{/Control}');
  await expect.element(panel.getByText(/“Inbox: everything that waits for you” has these keys/)).toBeVisible();
  await panel.getByRole('button', { name: 'Use these keys' }).click();
  const conflicts = panel.getByRole('region', { name: 'Conflicts' });
  await expect.element(conflicts.getByText('Show Files')).toBeVisible();
  await conflicts.getByRole('button', { name: 'Take Ctrl+M from Inbox: everything that waits for you' }).click();
  await expect.element(conflicts).not.toBeInTheDocument();
  expect(lastInput(hub, 'settings.set')).toMatchObject({ value: { 'tab.files': ['Mod+M'], 'panel.inbox': [] } });
});

test('keys that the browser keeps are warned of, and Escape leaves all as it was', async () => {
  const { hub, panel } = await openKeyboard();
  await panel.getByRole('button', { name: 'Add keys to Show Files' }).click();
  await userEvent.keyboard('{F11}');
  await expect.element(panel.getByText(/keep these keys to themselves/)).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(panel.getByRole('textbox', { name: /Press the keys/ })).not.toBeInTheDocument();
  expect(lastInput(hub, 'settings.set')).toBeUndefined();
});

test('one command, and all of them, get back what they came with; the search finds by words and keys', async () => {
  const { hub, panel } = await openKeyboard({ 'panel.inbox': ['F8'], 'panel.comms': [], 'plugin.gone': ['F9'] });
  await panel.getByRole('checkbox', { name: 'Only what I changed' }).click();
  await expect.poll(() => panel.element().querySelectorAll('[data-command]').length).toBe(2);
  await panel.getByRole('button', { name: /Keys of Comms.* as they came/ }).click();
  await expect
    .poll(() => lastInput(hub, 'settings.set'))
    .toMatchObject({ value: { 'panel.inbox': ['F8'], 'plugin.gone': ['F9'] } });
  await panel.getByRole('searchbox').fill('f8');
  await expect.poll(() => panel.element().querySelectorAll('[data-command]').length).toBe(1);
  await panel.getByRole('button', { name: 'Reset all keys…' }).click();
  await panel.getByRole('button', { name: 'Reset all', exact: true }).click();
  await expect.poll(() => (lastInput(hub, 'settings.set') as { value: unknown }).value).toEqual({});
});

test('the cheat-sheet has the person’s own keys, and it and the settings of keys can be used by everybody', async () => {
  const { panel } = await openKeyboard({ 'panel.inbox': ['F8'] });
  const broken = async (root: Element) => {
    const { violations } = await axe.run(root, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join()}`);
  };
  expect(await broken(panel.element())).toEqual([]);
  await userEvent.keyboard('{Escape}');
  await userEvent.keyboard('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect.element(sheet.getByText('F8').first()).toBeVisible();
  await expect.element(sheet.getByText('Go to project 1…5')).toBeVisible();
  expect(await broken(sheet.element())).toEqual([]);
});
