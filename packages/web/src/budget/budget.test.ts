import type { BudgetHold, BudgetStanding, SessionId } from '@agor/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { openPane } from '../agent/testing/pane.ts';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

afterEach(() => {
  vi.useRealTimers();
});

const project: BudgetStanding = {
  scope: 'project',
  id: 'web-shop',
  label: 'the project web-shop',
  period: '2026-01',
  spentUsd: 5.02,
  spentTokens: 1_200_000,
  unpricedTokens: 0,
  limit: { softUsd: 4, hardUsd: 5 },
  addedUsd: 0,
  addedTokens: 0,
  level: 'hard',
};
const hold: BudgetHold = { ...project, interrupted: true, left: false };

const stopped = (more: Partial<BudgetHold> = {}) =>
  openPane('worker', (hub: FakeHub, id: SessionId) => {
    hub.emit(id, { kind: 'processExited', code: 0, signal: null, expected: true });
    hub.emit(id, { kind: 'paused', reason: 'The budget is reached.', budget: { ...hold, ...more } });
  });

test('a session that a budget stopped asks whether it may go on, and by how much', async () => {
  const { hub, pane } = await stopped();
  const card = pane.getByTestId('budget-card');
  await expect.element(card).toMatchTextContent('Budget of the project web-shop reached: ≈ $5.02 of $5.00.');
  await expect.element(card.getByRole('button', { name: 'Allow $5' })).toBeVisible();
  await card.getByRole('button', { name: 'Allow $1' }).click();
  await expect
    .poll(() => lastInput(hub, 'budget.override'))
    .toMatchObject({ scope: 'project', id: 'web-shop', usd: 1, goOn: true });
  await expect.element(card).not.toBeInTheDocument();
});

test('an amount of one’s own is taken, and what is none is said to be none', async () => {
  const { hub, pane } = await stopped();
  const field = pane.getByRole('textbox', { name: 'An amount of your own, in dollars' });
  await field.fill('lots');
  await pane.getByRole('button', { name: 'Allow once' }).click();
  await expect.element(pane.getByTestId('budget-card').getByRole('alert')).toMatchTextContent('An amount above 0');
  await field.fill('2.50');
  await pane.getByRole('button', { name: 'Allow once' }).click();
  await expect.poll(() => lastInput(hub, 'budget.override')).toMatchObject({ usd: 2.5 });
});

test('a limit in tokens is offered to go on in tokens', async () => {
  const { hub, pane } = await stopped({ limit: { hardTokens: 1_000_000 } });
  await pane.getByRole('button', { name: 'Allow 200 k tokens' }).click();
  await expect.poll(() => lastInput(hub, 'budget.override')).toMatchObject({ tokens: 200_000, usd: undefined });
});

test('a session that is left stopped says so and can still be allowed to go on', async () => {
  const { hub, pane } = await stopped();
  await pane.getByRole('button', { name: 'Leave stopped' }).click();
  await expect.poll(() => lastInput(hub, 'budget.leave')).toBeDefined();
  await expect.element(pane.getByTestId('budget-card')).toMatchTextContent('You left this session stopped.');
  await expect.element(pane.getByRole('button', { name: 'Leave stopped' })).not.toBeInTheDocument();
  await expect.element(pane.getByRole('button', { name: 'Allow $1' })).toBeVisible();
});

test('the status bar shows the budget that is nearest to its limit, and the others behind it', async () => {
  const hub = sampleHub();
  hub.budgets = [
    project,
    { ...project, scope: 'month', id: 'all', label: 'everything together', limit: { hardUsd: 50 } },
  ];
  openFace(hub);
  const chip = page.getByTestId('budget-chip');
  await expect.element(chip).toMatchTextContent('100 %');
  await chip.click();
  const bars = page.getByRole('dialog', { name: 'Budgets' }).getByTestId('budget-bar');
  expect(bars.elements()).toHaveLength(2);
  await expect.element(bars.nth(0)).toMatchTextContent('≈ $5.02 of $5.00 · stopped');
  await expect.element(bars.nth(1)).toMatchTextContent('≈ $5.02 of $50.00');
  hub.tell({ kind: 'budgets', budgets: [{ ...project, spentUsd: 4.5, addedUsd: 5 }] });
  await expect.element(bars.nth(0)).toMatchTextContent('≈ $4.50 of $10.00 · warned');
});

test('without a limit nothing about budgets stands in the status bar', async () => {
  openFace(sampleHub());
  await expect.element(page.getByTestId('status-bar')).toBeVisible();
  await expect.element(page.getByTestId('budget-chip')).not.toBeInTheDocument();
});

async function openSettings(hub: FakeHub, section: string) {
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: section }).click();
}

test('limits are set in the settings; a warning above the stop is refused in words', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Budgets');
  const form = page.getByRole('form', { name: 'Budget: Each project' });
  await form.getByRole('textbox', { name: 'Each project: stop at, in dollars' }).fill('5');
  await form.getByRole('textbox', { name: 'Each project: warn at, in dollars' }).fill('6');
  await expect.element(form.getByRole('alert')).toMatchTextContent('The warning must not be above the stop');
  await expect.element(form.getByRole('button', { name: 'Save' })).toBeDisabled();
  await form.getByRole('textbox', { name: 'Each project: warn at, in dollars' }).fill('4');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => lastInput(hub, 'settings.set'))
    .toMatchObject({ key: 'budgets', value: { project: { softUsd: 4, hardUsd: 5 } } });
  await expect.element(form.getByRole('button', { name: 'Save' })).not.toBeInTheDocument();
});

test('a price of one’s own is added and removed', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Budgets');
  const form = page.getByRole('form', { name: 'Add a price' });
  await form.getByRole('textbox', { name: 'Model' }).fill('qwen*');
  await form.getByRole('button', { name: 'Add price' }).click();
  await expect.element(form.getByRole('alert')).toMatchTextContent('a price of 0 or more');
  await form.getByRole('textbox', { name: 'In, in dollars for a million tokens' }).fill('1');
  await form.getByRole('textbox', { name: 'Out, in dollars for a million tokens' }).fill('2.5');
  await form.getByRole('button', { name: 'Add price' }).click();
  await expect
    .poll(() => lastInput(hub, 'settings.set'))
    .toMatchObject({ key: 'prices', value: { 'qwen*': { input: 1, output: 2.5 } } });
  await page.getByRole('button', { name: 'Remove the price of qwen*' }).click();
  await expect.poll(() => lastInput(hub, 'settings.set')).toMatchObject({ key: 'prices', value: {} });
});

test('a project and a group can have a budget of their own', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Projects');
  const shop = page.getByRole('region', { name: 'Group Shop' });
  await shop.getByText('Budget', { exact: true }).click();
  const form = shop.getByRole('form', { name: 'Budget: Budget of Shop' });
  await form.getByRole('textbox', { name: /stop at, in dollars/ }).fill('20');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => lastInput(hub, 'groups.updateGroup')).toMatchObject({ budget: { hardUsd: 20 } });
  await page.getByRole('button', { name: 'Edit billing-api' }).click();
  await page.getByRole('textbox', { name: 'Budget of billing-api: stop at, in tokens' }).fill('2M');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => lastInput(hub, 'groups.updateProject'))
    .toMatchObject({ changes: { budget: { hardTokens: 2_000_000 } } });
});
