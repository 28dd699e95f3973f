import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub, sampleProviders } from '../testing/sample-data.ts';

test('every project is a region with its name, its status and its tabs', async () => {
  openFace(sampleHub());
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await expect.element(box).toHaveAttribute('data-agent-status', 'waiting');
  await expect.element(box.getByText('needs you')).toBeVisible();
  await expect.element(box.getByRole('tab', { name: 'Model' })).toHaveAttribute('aria-selected', 'true');
});

test('arrow keys go from tab to tab', async () => {
  openFace(sampleHub());
  const box = page.getByRole('region', { name: 'web-shop', exact: true });
  await box.getByRole('tab', { name: 'Model' }).click();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(box.getByRole('tab', { name: 'Docs' })).toHaveFocus();
  await expect.element(box.getByRole('tab', { name: 'Docs' })).toHaveAttribute('aria-selected', 'true');
});

test('Alt+2 focuses the second project, Ctrl+L the next one, and the last stays the last', async () => {
  openFace(sampleHub());
  const focused = () => document.querySelector('[data-focused]')?.getAttribute('aria-label');
  await expect.poll(focused).toBe('web-shop');
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await expect.poll(focused).toBe('billing-api');
  await userEvent.keyboard('{Control>}l{/Control}');
  await userEvent.keyboard('{Control>}l{/Control}');
  await expect.poll(focused).toBe('worker');
});

test('Ctrl+L in a text field is the text field’s, Ctrl+, is global', async () => {
  openFace(sampleHub());
  await expect.poll(() => document.querySelector('[data-focused]')).not.toBeNull();
  await userEvent.keyboard('{Control>},{/Control}');
  await page.getByRole('tab', { name: 'Defaults' }).click();
  await page.getByRole('textbox', { name: 'Shell of new terminals' }).click();
  await userEvent.keyboard('{Control>}l{/Control}');
  expect(document.querySelector('[data-focused]')?.getAttribute('aria-label')).toBe('web-shop');
  await userEvent.keyboard('{Control>},{/Control}');
  await expect.element(page.getByRole('complementary', { name: 'Settings' })).not.toBeInTheDocument();
});

test('the attention chip names those who need the person and leads to them', async () => {
  openFace(sampleHub());
  await page.getByRole('button', { name: '2 need you: billing-api · worker' }).click();
  await page
    .getByRole('dialog', { name: 'Sessions that need you' })
    .getByRole('button', { name: /worker/ })
    .click();
  await expect.poll(() => document.querySelector('[data-focused]')?.getAttribute('aria-label')).toBe('worker');
});

test('the inbox opens with Ctrl+M and closes with Esc', async () => {
  openFace(sampleHub());
  await expect.element(page.getByTestId('status-bar')).toBeVisible();
  await userEvent.keyboard('{Control>}m{/Control}');
  const inbox = page.getByRole('complementary', { name: 'Inbox' });
  await expect.element(inbox.getByText('waits for permission')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(inbox).not.toBeInTheDocument();
});

test('without projects the page says what to do and which agents are there', async () => {
  const hub = new FakeHub();
  hub.providers = sampleProviders();
  openFace(hub);
  await expect.element(page.getByRole('heading', { name: 'Add your first project' })).toBeVisible();
  await expect.element(page.getByText('Version 2.1.0 on your PATH · signed in (subscription)')).toBeVisible();
});

test('the demo says that it is one, and goes when told', async () => {
  const hub = sampleHub();
  hub.changeGroups((file) => ({
    ...file,
    groups: file.groups.map((group) => ({ ...group, projects: group.projects.map((p) => ({ ...p, demo: true })) })),
  }));
  openFace(hub);
  await page.getByRole('button', { name: 'Remove demo' }).click();
  await expect.element(page.getByRole('region', { name: 'Demo', exact: true })).not.toBeInTheDocument();
  expect(lastInput(hub, 'groups.removeDemo')).toBeDefined();
});

test('a machine that does not answer and an upgraded hub are said aloud', async () => {
  const hub = sampleHub();
  openFace(hub);
  await expect.element(page.getByText('this machine')).toBeVisible();
  hub.machine = { ...hub.machine, state: 'lost' };
  hub.tell({ kind: 'machine', machine: hub.machine });
  await expect.element(page.getByRole('alert').getByText(/does not answer/)).toBeVisible();
  // What an upgrade under running agents leaves behind is no trouble, and does not look like one.
  hub.machine = { ...hub.machine, state: 'outdated' };
  hub.tell({ kind: 'machine', machine: hub.machine });
  await expect.element(page.getByRole('status').getByText(/go on with the version before/)).toBeVisible();
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  hub.build = 'newer';
  hub.dropConnections();
  await expect.element(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('the status bar says how many projects the group has and which version runs; the version leads to how to update', async () => {
  await page.viewport(1366, 800);
  const hub = sampleHub();
  openFace(hub);
  const bar = page.getByTestId('status-bar');
  await expect.element(bar.getByText('3 projects')).toBeVisible();
  await bar.getByRole('button', { name: /^agor \d/ }).click();
  await expect.element(page.getByRole('region', { name: 'How to update' })).toBeVisible();
  hub.build = 'newer';
  hub.dropConnections();
  await expect.element(bar.getByRole('button', { name: /^agor .* is new: reload$/ })).toBeVisible();
  await page.viewport(390, 800);
  await expect.element(bar.getByTestId('version')).not.toBeVisible();
});

test('a lost connection is said where it can be read, and nothing on screen is taken for new', async () => {
  const hub = sampleHub();
  openFace(hub, { client: hub.client(), state: 'lost', since: new Date(2026, 0, 5, 9, 30).getTime() });
  await expect.element(page.getByRole('alert').getByText(/has not answered since 0?9:30/)).toBeVisible();
  await expect.element(page.getByText('connection lost')).toBeVisible();
});

test('what is behind a dialog is out of reach of the keys, and what was typed into it stays', async () => {
  openFace(sampleHub());
  await page.getByRole('button', { name: 'worker: session menu' }).click();
  await page.getByRole('menuitem', { name: 'Rename session…' }).click();
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.fill('Typed already');
  await userEvent.keyboard('{Control>},{/Control}{Control>}m{/Control}');
  await expect.element(name).toHaveValue('Typed already');
  expect(page.getByRole('complementary').elements()).toHaveLength(0);
  await userEvent.keyboard('{Escape}');
  await expect.element(name).not.toBeInTheDocument();
  await userEvent.keyboard('{Control>},{/Control}');
  await expect.element(page.getByRole('complementary', { name: 'Settings' })).toBeVisible();
});

test('the focus goes along to a tab that is chosen by its number', async () => {
  openFace(sampleHub());
  const box = page.getByRole('region', { name: 'worker', exact: true });
  await box.getByRole('textbox', { name: 'Message worker' }).click();
  await userEvent.keyboard('{Control>}{Shift>}2{/Shift}{/Control}');
  await expect.element(box.getByRole('tab', { name: 'Docs' })).toHaveFocus();
});

test('a file from the desktop that nothing takes does not replace the page', async () => {
  openFace(sampleHub());
  await expect.element(page.getByRole('region', { name: 'worker', exact: true })).toBeVisible();
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['x'], 'notes.txt'));
  const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
  page.getByRole('main').element().dispatchEvent(drop);
  expect(drop.defaultPrevented).toBe(true);
});
