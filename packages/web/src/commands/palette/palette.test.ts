import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../../testing/mount.ts';
import { lastInput } from '../../testing/received.ts';
import { sampleHub } from '../../testing/sample-data.ts';

async function openPalette(hub = sampleHub(), words = '') {
  openFace(hub);
  await expect.element(page.getByRole('region', { name: 'web-shop', exact: true })).toBeVisible();
  await userEvent.keyboard('{Control>}k{/Control}');
  const input = page.getByRole('combobox', { name: /Find a command/ });
  await expect.element(input).toHaveFocus();
  if (words) await userEvent.keyboard(words);
  return { hub, input };
}
const chosen = () => document.querySelector('[role="option"][aria-selected="true"]')?.getAttribute('data-key');

test('Ctrl+K opens it from a text field too, Escape closes it, and the focus is where it was', async () => {
  openFace(sampleHub());
  await page.getByRole('textbox', { name: 'Message web-shop' }).click();
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.element(page.getByRole('combobox', { name: /Find a command/ })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByTestId('command-palette')).not.toBeInTheDocument();
  await expect.element(page.getByRole('textbox', { name: 'Message web-shop' })).toHaveFocus();
});

test('words find a command, Enter runs it, and it is the first thing offered the next time', async () => {
  await openPalette(sampleHub(), 'metrics cost');
  await expect.poll(chosen).toBe('command:panel.metrics');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('complementary', { name: 'Metrics' })).toBeVisible();
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.poll(chosen).toBe('command:panel.metrics');
  await expect.element(page.getByRole('group', { name: 'Recent' })).toBeVisible();
});

test('arrow keys go round, page keys and End go far, and the field tells which row is meant', async () => {
  const { input } = await openPalette();
  await expect.poll(chosen).toMatch(/^project:/);
  const keys = [...document.querySelectorAll('[role="option"]')].map((row) => row.getAttribute('data-key'));
  await userEvent.keyboard('{ArrowDown}');
  await expect.poll(chosen).toBe(keys[1]);
  await userEvent.keyboard('{ArrowUp}{ArrowUp}');
  await expect.poll(chosen).toBe(keys.at(-1));
  await userEvent.keyboard('{Home}');
  await expect.poll(chosen).toBe(keys[0]);
  await userEvent.keyboard('{PageDown}');
  await expect.poll(chosen).toBe(keys[8]);
  await userEvent.keyboard('{End}');
  await expect.poll(chosen).toBe(keys.at(-1));
  const row = document.querySelector('[role="option"][aria-selected="true"]');
  await expect.element(input).toHaveAttribute('aria-activedescendant', row?.id ?? '');
});

test('a project is gone to', async () => {
  await openPalette(sampleHub(), '@worker');
  await expect.poll(chosen).toMatch(/^project:/);
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => document.querySelector('[data-focused]')?.getAttribute('aria-label')).toBe('worker');
});

test('a file of the focused project is found by the hub and shown in its tab', async () => {
  await openPalette(sampleHub(), '/main');
  await expect.poll(chosen).toMatch(/^file:.*src\/main\.ts$/);
  await userEvent.keyboard('{Enter}');
  const box = page.getByRole('region', { name: 'web-shop', exact: true });
  await expect.element(box.getByRole('tab', { name: 'Files' })).toHaveAttribute('aria-selected', 'true');
});

test('a setting leads to its section', async () => {
  await openPalette(sampleHub(), 'what i am told');
  await expect.poll(chosen).toBe('setting:notifications');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('complementary', { name: 'Settings' })).toBeVisible();
});

test('what would be done to the focused session is named, and goes to the hub', async () => {
  const { hub } = await openPalette(sampleHub(), 'restart the agent');
  await expect.element(page.getByRole('option', { name: /Restart the agent\s+web-shop/ })).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => lastInput(hub, 'agent.restart')).toBeTruthy();
});

test('words from outside are shown as they are, and what finds nothing says what to do', async () => {
  const { hub } = await openPalette();
  hub.changeGroups((file) => ({
    ...file,
    groups: file.groups.map((group) => ({
      ...group,
      projects: group.projects.map((one, n) => (n === 0 ? { ...one, name: '<img src=x onerror=alert(1)>' } : one)),
    })),
  }));
  await expect.element(page.getByRole('option', { name: /^<img src=x.*web-shop$/ })).toBeVisible();
  await userEvent.keyboard('qqqq');
  await expect.element(page.getByText('Nothing found')).toBeInTheDocument();
  await expect.element(page.getByText(/Nothing fits/)).toBeVisible();
});

test('it can be read and used by those who see or hear otherwise, on a phone too', async () => {
  await page.viewport(390, 800);
  await openPalette();
  await expect.element(page.getByRole('option').first()).toBeVisible();
  const { violations } = await axe.run(document.querySelector('[data-testid="command-palette"]') as HTMLElement, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join()}`)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBe(390);
  await page.viewport(1280, 800);
});
