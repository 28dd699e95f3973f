import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

async function edit(hub: FakeHub, project: string) {
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: `Edit ${project}` }).click();
}

test('an icon is chosen from a grid, by the pointer and by the keyboard alone', async () => {
  const hub = sampleHub();
  await edit(hub, 'worker');
  const button = page.getByRole('button', { name: /^Icon: / });
  await button.click();
  const grid = page.getByRole('radiogroup', { name: 'Icon' });
  await expect.poll(() => grid.getByRole('radio').elements().length).toBeGreaterThanOrEqual(24);
  await grid.getByTitle('Rocket').click();
  await expect.element(grid).not.toBeInTheDocument();
  await expect.element(page.getByRole('button', { name: 'Icon: Rocket' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(grid.getByRole('radio', { name: 'Rocket' })).toHaveFocus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(grid.getByRole('radio', { name: 'Test tube' })).toBeChecked();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(grid.getByRole('radio', { name: 'Cabinet' })).toBeChecked();
  await userEvent.keyboard('{ArrowUp}{Enter}');
  await expect.element(grid).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => lastInput(hub, 'groups.updateProject')).toMatchObject({ changes: { icon: '🧪' } });
});

test('an agent that runs is restarted from its project, after what was changed is saved', async () => {
  const hub = sampleHub();
  await edit(hub, 'worker');
  const restart = page.getByRole('button', { name: 'Restart worker' });
  await expect.element(restart).toBeEnabled();
  await page.getByRole('textbox', { name: 'Name' }).fill('worker two');
  await expect.element(restart).toBeDisabled();
  await expect.element(page.getByText('Save first: a restart takes what is saved.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Name' }).fill('worker');
  await restart.click();
  await expect.poll(() => lastInput(hub, 'agent.restart')).toBeDefined();
});
