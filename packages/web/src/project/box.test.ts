import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

const box = (name: string) => page.getByRole('region', { name, exact: true });

test('a new session of a box is shown at once, and the earlier one can be gone back to', async () => {
  const hub = sampleHub();
  openFace(hub);
  await box('worker').getByRole('button', { name: 'worker: session menu' }).click();
  await page.getByRole('menuitem', { name: 'New session' }).click();
  await expect.element(box('worker')).toHaveAttribute('data-agent-status', 'idle');
  await box('worker').getByRole('button', { name: 'worker: session menu' }).click();
  await page.getByRole('menuitem', { name: /Back off between retries/ }).click();
  await expect.element(box('worker')).toHaveAttribute('data-agent-status', 'failed');
});

test('a box shows what its project chose: icon, profile, and under which key other tools know it', async () => {
  const hub = sampleHub();
  const project = hub.groups.groups.flatMap(({ projects }) => projects).find(({ name }) => name === 'worker');
  if (!project) throw new Error('no project "worker"');
  Object.assign(project, { icon: '🚀', profile: 'work' });
  openFace(hub);
  await expect.element(box('worker').getByText(/ · work · ~\/code\/worker/)).toBeVisible();
  await expect.element(box('worker').getByTitle('Other tools know it as “worker”')).toBeVisible();
  expect(box('worker').element().querySelector('header .lucide-rocket')).not.toBeNull();
});

test('neighbours have accents of their own, and the box that a key leads to flashes once', async () => {
  openFace(sampleHub());
  await expect.element(box('web-shop')).toBeVisible();
  const line = (name: string) => getComputedStyle(box(name).element(), '::after');
  await expect.poll(() => line('web-shop').height).toBe('3px');
  expect(line('worker').height).toBe('2px');
  expect(line('worker').backgroundColor).not.toBe(line('billing-api').backgroundColor);
  const flashed: string[] = [];
  box('billing-api')
    .element()
    .addEventListener('animationstart', (event) => void flashed.push((event as AnimationEvent).animationName));
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await expect.poll(() => flashed).toContainEqual(expect.stringMatching(/box-flash$/));
  await expect.element(box('billing-api')).not.toHaveClass('flashes');
  expect(line('billing-api').height).toBe('3px');
});

test('a session is renamed, and its agent stopped, from the menu', async () => {
  const hub = sampleHub();
  openFace(hub);
  await box('web-shop').getByRole('button', { name: 'web-shop: session menu' }).click();
  await page.getByRole('menuitem', { name: 'Rename session…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Currency');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect.poll(() => lastInput(hub, 'session.rename')).toMatchObject({ title: 'Currency' });
  await box('web-shop').getByRole('button', { name: 'web-shop: session menu' }).click();
  await page.getByRole('menuitem', { name: 'Stop' }).click();
  await expect.element(box('web-shop')).toHaveAttribute('data-agent-status', 'stopping');
});

test('the terminals open, and stay open in the next visit', async () => {
  const hub = sampleHub();
  const first = await openFace(hub);
  await box('web-shop').getByRole('button', { name: 'Show terminals' }).click();
  await expect.element(page.getByRole('region', { name: 'web-shop: terminals' })).toBeVisible();
  expect(page.getByRole('region', { name: 'web-shop: terminals' }).element().clientHeight).toBeGreaterThan(250);
  await expect
    .element(page.getByRole('separator', { name: 'Height of the terminals' }))
    .toHaveAttribute('aria-valuemin', '128');
  const kept = JSON.parse(localStorage.getItem('agor.workspace') ?? '{}');
  expect(kept.terminalOpen).toEqual({ 'web-shop': true });
  first.unmount();
});

test('all agents are stopped only after a second word', async () => {
  const hub = sampleHub();
  openFace(hub);
  await page.getByRole('button', { name: 'Stop all' }).click();
  expect(lastInput(hub, 'agent.stopAll')).toBeUndefined();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop all' }).click();
  await expect.poll(() => lastInput(hub, 'agent.stopAll')).toBeDefined();
});

test('a group is switched from the status bar', async () => {
  openFace(sampleHub());
  await page.getByRole('button', { name: 'Group: Shop' }).click();
  await page.getByRole('menuitem', { name: /Tools/ }).click();
  await expect.element(box('cli')).toBeVisible();
});
