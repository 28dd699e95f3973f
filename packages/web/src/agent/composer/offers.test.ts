import type { SessionControl } from '@agor/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { lastInput } from '../../testing/received.ts';
import { queued, sampleControls, sampleProvider, tellMuch, withEverything } from '../../testing/sample-everything.ts';
import { openPane, press } from '../testing/pane.ts';

afterEach(() => {
  vi.useRealTimers();
});

const steering = (project = 'web-shop') =>
  openPane(project, (hub, id) => {
    withEverything(hub).providers = [sampleProvider('claude')];
    tellMuch(hub, id);
  });

test('while a turn runs Enter queues, and Ctrl+Enter puts the prompt into the turn', async () => {
  const { hub, composer } = await steering();
  await expect.element(composer).toHaveAttribute('placeholder', expect.stringMatching(/into this turn/));
  await composer.fill('later');
  await press('{Enter}');
  await expect
    .poll(() => lastInput(hub, 'agent.query'))
    .toMatchObject({ prompt: { text: 'later' }, delivery: 'queue' });
  await composer.fill('now');
  await press('{Control>}{Enter}{/Control}');
  await expect.poll(() => lastInput(hub, 'agent.query')).toMatchObject({ prompt: { text: 'now' }, delivery: 'steer' });
});

test('a prompt that waits can be sent into the turn after all', async () => {
  const { hub, pane, emit } = await steering();
  emit(queued('waiting', 'use the other file'));
  await pane.getByRole('button', { name: 'Send queued prompt 1 into this turn' }).click();
  await expect.poll(() => lastInput(hub, 'agent.steerPrompt')).toMatchObject({ promptId: 'waiting' });
  await expect.element(pane.getByRole('list', { name: 'Queued prompts' })).not.toBeInTheDocument();
});

test('without a turn there is nothing to steer', async () => {
  const { composer, pane } = await steering('worker');
  await expect.element(composer).toBeVisible();
  await expect.element(pane.getByRole('button', { name: 'Send into this turn' })).not.toBeInTheDocument();
});

test('a choice that the agent offers is picked in the composer, and what was chosen counts over what it told', async () => {
  const { hub, pane, emit } = await steering();
  await pane.getByRole('button', { name: 'Thinking level: medium' }).click();
  await page.getByRole('menuitemradio', { name: 'high' }).click();
  await expect.poll(() => lastInput(hub, 'agent.set')).toMatchObject({ controls: { thinking: 'high' } });
  await expect.element(pane.getByRole('button', { name: 'Thinking level: high' })).toBeVisible();
  emit({ kind: 'agentInfo', controls: sampleControls });
  await expect.element(pane.getByRole('button', { name: 'Thinking level: high' })).toBeVisible();
  await expect.element(pane.getByText('Thinking level: high', { exact: true }).first()).toBeVisible();
});

test('many choices stand in one menu, and one option is no choice', async () => {
  const { hub, pane, emit } = await steering();
  const choice = (id: string): SessionControl => ({
    id,
    label: `Choice ${id}`,
    category: 'other',
    value: 'a',
    options: [
      { value: 'a', label: 'First' },
      { value: 'b', label: 'Second' },
    ],
  });
  const single: SessionControl = { ...choice('single'), options: [{ value: 'a', label: 'First' }] };
  emit({ kind: 'agentInfo', controls: [choice('1'), choice('2'), choice('3'), single] });
  await pane.getByRole('button', { name: 'Options of the agent' }).click();
  const menu = page.getByRole('dialog', { name: 'Options of the agent' });
  await expect.element(menu.getByRole('combobox', { name: 'Choice single' })).not.toBeInTheDocument();
  await menu.getByRole('combobox', { name: 'Choice 2' }).selectOptions('Second');
  await expect.poll(() => lastInput(hub, 'agent.set')).toMatchObject({ controls: { 2: 'b' } });
});

test('models that no live agent has told are asked for when the menu opens; a failure is said in it', async () => {
  const { hub, pane } = await steering('worker');
  hub.models = { claude: [{ id: 'opus', label: 'Opus' }] };
  await pane.getByRole('button', { name: /^Model:/ }).click();
  await page.getByRole('menuitemradio', { name: 'Opus' }).click();
  await expect.poll(() => lastInput(hub, 'agent.set')).toMatchObject({ model: 'opus' });
});

test('a skill is put into the field as it will be sent, with the arguments behind, and can be taken back', async () => {
  const { hub, pane, composer } = await steering();
  await composer.fill('/review the cart');
  await press('{Enter}');
  await expect.element(composer).toHaveValue('Review the change with care.\n\nthe cart');
  expect(lastInput(hub, 'agent.query')).toBeUndefined();
  await pane.getByRole('button', { name: 'Take back' }).click();
  await expect.element(composer).toHaveValue('/review the cart');
  await composer.click();
  await press('{Enter}');
  await expect.element(pane.getByText(/This is the skill/)).toBeVisible();
  await press('{Enter}');
  await expect
    .poll(() => lastInput(hub, 'agent.query'))
    .toMatchObject({ prompt: { text: 'Review the change with care.\n\nthe cart' } });
  await expect.element(composer).toHaveValue('');
});

test('what is no skill goes to the agent as it stands', async () => {
  const { hub, composer } = await steering();
  await composer.fill('/nothing of ours');
  await press('{Enter}');
  await expect.poll(() => lastInput(hub, 'agent.query')).toMatchObject({ prompt: { text: '/nothing of ours' } });
});

test('an agent without a process is warmed when somebody begins to write, if that is wanted', async () => {
  const { hub, composer, emit } = await openPane('worker');
  emit({ kind: 'processExited', code: 0, signal: null, expected: true });
  await composer.click();
  expect(lastInput(hub, 'agent.warm')).toBeUndefined();
  hub.settings = { prewarm: true };
  hub.tell({ kind: 'settings', settings: hub.settings });
  await page.getByTestId('status-bar').click();
  await expect
    .poll(async () => {
      (composer.element() as HTMLElement).blur();
      (composer.element() as HTMLElement).focus();
      return lastInput(hub, 'agent.warm');
    })
    .toBeDefined();
});
