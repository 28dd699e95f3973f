import { AskId } from '@agor/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { lastInput } from '../../testing/received.ts';
import { focusLog, later, openPane, permission, plan, press, question } from '../testing/pane.ts';

afterEach(() => vi.useRealTimers());
const answers = (hub: Awaited<ReturnType<typeof openPane>>['hub']) =>
  hub.received.filter(({ name }) => name === 'agent.answer');

test('permission is given by mouse, for this ask and no other, and the card says so', async () => {
  const { hub, pane } = await openPane();
  const card = pane.getByRole('region', { name: 'Permission: Run a command' });
  await expect.element(card.getByText('npm install pg-cursor@2')).toBeVisible();
  later();
  await card.getByRole('button', { name: 'Allow', exact: true }).click();
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({
      askId: 'ask-1',
      answer: { kind: 'permission', decision: 'allow' },
      by: 'web',
    });
  await expect.element(pane.getByText(/Allowed in the browser/)).toBeVisible();
});

test('a click on a card that has just appeared does nothing yet', async () => {
  const { hub, pane } = await openPane();
  await pane.getByRole('button', { name: 'Allow', exact: true }).click();
  expect(answers(hub)).toHaveLength(0);
  later();
  await pane.getByRole('button', { name: 'Allow', exact: true }).click();
  await expect.poll(() => answers(hub)).toHaveLength(1);
});

test('keys answer while the focus is in the pane, but not within the grace after it came there', async () => {
  const { hub, pane, log } = await openPane();
  await expect.element(pane.getByRole('button', { name: 'Allow', exact: true })).toBeVisible();
  later();
  focusLog(log);
  await press('a');
  expect(answers(hub)).toHaveLength(0);
  later();
  await press('{Shift>}A{/Shift}');
  await expect.poll(() => lastInput(hub, 'agent.answer')).toMatchObject({ answer: { decision: 'always' } });
});

test('what is typed into the composer answers nothing', async () => {
  const { hub, composer } = await openPane();
  await composer.click();
  later();
  await press('ad');
  await expect.element(composer).toHaveValue('ad');
  expect(answers(hub)).toHaveLength(0);
});

test('asks are answered oldest first, and a key pressed twice answers one', async () => {
  const { hub, pane, log, emit } = await openPane();
  emit(permission('ask-2', 'rm -rf build'));
  await expect.element(pane.getByText('rm -rf build')).toBeVisible();
  focusLog(log);
  later();
  await press('aa');
  await expect.element(pane.getByText(/Allowed in the browser/)).toBeVisible();
  expect(answers(hub)).toHaveLength(1);
  expect(lastInput(hub, 'agent.answer')).toMatchObject({ askId: 'ask-1' });
  later();
  await press('d');
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({ askId: 'ask-2', answer: { decision: 'deny' } });
});

test('an ask that someone else answered says who', async () => {
  const { pane, emit } = await openPane();
  await expect.element(pane.getByRole('button', { name: 'Allow', exact: true })).toBeVisible();
  emit({
    kind: 'askAnswered',
    askId: AskId.parse('ask-1'),
    answer: { kind: 'permission', decision: 'deny' },
    by: 'cli',
  });
  await expect.element(pane.getByText(/Denied at the command line/)).toBeVisible();
  await expect.element(pane.getByRole('button', { name: 'Allow', exact: true })).not.toBeInTheDocument();
});

test('an ask whose agent has ended can be answered, and says what that does', async () => {
  const { hub, pane, emit } = await openPane();
  emit({ kind: 'askLapsed', askId: AskId.parse('ask-1') });
  await expect.element(pane.getByText(/Your answer starts it again/)).toBeVisible();
  later();
  await pane.getByRole('button', { name: 'Allow', exact: true }).click();
  await expect.poll(() => answers(hub)).toHaveLength(1);
});

test('a command can be changed before it is allowed', async () => {
  const { hub, pane } = await openPane();
  await expect.element(pane.getByRole('button', { name: 'Allow', exact: true })).toBeVisible();
  later();
  await pane.getByRole('button', { name: 'Edit', exact: true }).click();
  await pane.getByRole('textbox', { name: 'Command to allow' }).fill('npm install pg-cursor@3');
  await pane.getByRole('button', { name: 'Allow this instead' }).click();
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({
      answer: { decision: 'allow', updatedInput: { command: 'npm install pg-cursor@3' } },
    });
});

test('a denial can say why', async () => {
  const { hub, pane } = await openPane();
  await expect.element(pane.getByRole('button', { name: 'Allow', exact: true })).toBeVisible();
  later();
  await pane.getByRole('button', { name: 'Say why not' }).click();
  await pane.getByRole('textbox', { name: /told with the denial/ }).fill('use the built-in one');
  await pane.getByRole('button', { name: 'Deny and say so' }).click();
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({
      answer: { decision: 'deny', message: 'use the built-in one' },
    });
});

test('questions are answered by digits and Enter', async () => {
  const { hub, pane, log, emit } = await openPane('web-shop');
  emit(question('ask-q'));
  await expect.element(pane.getByRole('group', { name: 'Which database?' })).toBeVisible();
  focusLog(log);
  later();
  await press('2');
  await press('1');
  await expect.element(pane.getByRole('radio', { name: 'PostgreSQL' })).toBeChecked();
  await press('{Enter}');
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({
      askId: 'ask-q',
      answer: { kind: 'question', answers: { 'Which database?': 'PostgreSQL', 'Which checks?': 'Types' } },
    });
});

test('a question is answered in one’s own words', async () => {
  const { hub, pane, emit } = await openPane('web-shop');
  emit(question('ask-q'));
  await pane.getByRole('textbox', { name: 'Your own answer: Which database?' }).fill('DuckDB');
  await pane.getByRole('checkbox', { name: 'Lint' }).click();
  later();
  await pane.getByRole('button', { name: 'Send answers' }).click();
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({
      answer: { answers: { 'Which database?': 'DuckDB', 'Which checks?': 'Lint' } },
    });
});

test('a plan is approved with the mode to go on in, or rejected with what to change', async () => {
  const { hub, pane, emit } = await openPane('web-shop');
  emit(plan('ask-p'));
  await expect.element(pane.getByRole('region', { name: 'Plan: The plan' })).toBeVisible();
  later();
  await pane.getByRole('button', { name: 'Approve, edit without asking' }).click();
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({
      answer: { kind: 'plan', decision: 'approve', mode: 'acceptEdits' },
    });
});

test('the same card stands in the inbox, and the keys pressed in it are its own', async () => {
  const { hub } = await openPane();
  await press('{Control>}m{/Control}');
  const card = page.getByRole('list', { name: 'Sessions that need you' }).getByRole('region', { name: /Permission/ });
  await expect.element(card).toBeVisible();
  (card.element() as HTMLElement).focus();
  await expect.element(card).toHaveFocus();
  later();
  await press('d');
  await expect
    .poll(() => lastInput(hub, 'agent.answer'))
    .toMatchObject({ askId: 'ask-1', answer: { decision: 'deny' } });
});
