import { type Anchor, ProjectId, type SessionId } from '@agor/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { openPane } from '../../../agent/testing/pane.ts';
import { prompted, returned, said } from '../../../testing/events.ts';
import type { FakeHub } from '../../../testing/fake-hub.ts';
import { lastInput } from '../../../testing/received.ts';

afterEach(() => {
  vi.useRealTimers();
});

const PROJECT = ProjectId.parse('web-shop');
function anchor(sessionId: SessionId, more: Partial<Anchor> = {}): Anchor {
  const text = more.text ?? 'User: the currency is the euro\n\nAssistant: Noted.';
  const ids = { id: `a${more.turn ?? 0}${more.kind}`, projectId: PROJECT, sessionId, messageId: null, seq: 3 };
  return { ...ids, kind: 'auto', turn: 0, text, tokens: Math.ceil(text.length / 4), createdAt: 0, ...more };
}

async function openContext(prepare: (hub: FakeHub, id: SessionId) => void = () => {}) {
  const opened = await openPane('web-shop', prepare);
  await opened.pane.getByRole('tab', { name: 'Context' }).click();
  return { ...opened, tab: opened.pane.getByTestId('context-tab') };
}

test('without anchors the tab says how they come to be, with the window and what was spent above', async () => {
  const { tab } = await openContext();
  await expect.element(tab.getByRole('heading', { name: 'No anchors yet' })).toBeVisible();
  await expect.element(tab.getByText(/its first three turns are kept here/)).toBeVisible();
  await expect.element(tab.getByRole('region', { name: 'The model’s window' })).toMatchTextContent(/turns? ·/);
});

test('anchors are listed with their kind and size; a pin is promoted, demoted and removed', async () => {
  const { hub, tab } = await openContext((hub, id) => {
    hub.anchors = [anchor(id), anchor(id, { kind: 'pinned', turn: 4, text: 'Assistant: never touch the ledger' })];
  });
  const pin = tab.getByRole('article', { name: /never touch the ledger/ });
  await expect.element(tab.getByRole('article', { name: /the currency is the euro/ })).toMatchTextContent(/Automatic/);
  await expect.element(pin).toMatchTextContent(/Pinned.*turn 5 · 9 tokens/);
  await expect.element(tab.getByText(/1 anchor, about \d+ of 6.1 k tokens/)).toBeVisible();
  await pin.getByRole('button', { name: 'Promote' }).click();
  await expect.element(pin).toMatchTextContent(/Promoted/);
  await expect.element(tab.getByText(/2 anchors, about/)).toBeVisible();
  await pin.getByRole('button', { name: 'Demote' }).click();
  await expect.element(pin).toMatchTextContent(/Pinned/);
  await pin.getByRole('button', { name: 'Remove this anchor' }).click();
  await expect.element(pin).not.toBeInTheDocument();
  expect(lastInput(hub, 'anchors.remove')).toMatchObject({ anchorId: 'a4pinned' });
});

test('an anchor that does not fit is told so, and fits when the person chooses a larger budget', async () => {
  const { hub, tab } = await openContext((hub, id) => {
    hub.anchors = [anchor(id, { kind: 'promoted', text: 'x'.repeat(30_000) })];
  });
  const large = tab.getByRole('article');
  await expect.element(large.getByText('Promoted, left out')).toBeVisible();
  await expect.element(large.getByText(/Choose a larger one/)).toBeVisible();
  await tab.getByLabelText('Size of the budget').selectOptions('Large: 12 k tokens');
  await expect
    .poll(() => lastInput(hub, 'groups.updateProject'))
    .toMatchObject({
      projectId: PROJECT,
      changes: { anchorBudgetScale: 'large' },
    });
  await expect.element(large.getByText('Promoted', { exact: true })).toBeVisible();
});

test('what could not be loaded is told, and asked for again', async () => {
  const { hub, tab, id } = await openContext();
  await expect.element(tab.getByRole('heading', { name: 'No anchors yet' })).toBeVisible();
  hub.failNext.set('anchors.list', new Error('no'));
  hub.anchors = [anchor(id)];
  hub.tell({ kind: 'anchors', projects: [PROJECT] });
  await expect.element(tab.getByText(/The anchors could not be loaded anew; this may be old/)).toBeVisible();
  await tab.getByRole('button', { name: 'Try again' }).click();
  await expect.element(tab.getByRole('article', { name: /the currency is the euro/ })).toBeVisible();
});

test('files that the agent’s tools touched are listed with what was done to them', async () => {
  const { tab, emit } = await openContext();
  const input = { file_path: '/home/you/code/web-shop/src/cart.ts' };
  emit(said('tool_call', { toolUseId: 'f1', name: 'Read', kind: 'read', input }), returned('f1', 'text'));
  const files = tab.getByRole('region', { name: 'Files touched' });
  await expect
    .element(files.getByRole('listitem').filter({ hasText: 'src/cart.ts' }).first())
    .toMatchTextContent(/read/);
});

test('the agent’s words and prompts are pinned where they stand, and the pin is taken off again', async () => {
  const { hub, log, emit, id } = await openPane('web-shop');
  emit(said('text', { text: 'The rate is 1.95583.' }, { id: 'rate' }));
  const row = log.getByText('The rate is 1.95583.');
  await row.hover();
  const pins = () => log.getByTestId('pin');
  await pins().last().click();
  await expect.poll(() => hub.anchors).toMatchObject([{ text: 'Assistant: The rate is 1.95583.', sessionId: id }]);
  await expect.element(pins().last()).toHaveAttribute('aria-pressed', 'true');
  await expect.element(pins().last()).toHaveAccessibleName('Take the pin off this message');
  await pins().last().click();
  await expect.element(pins().last()).toHaveAttribute('aria-pressed', 'false');
  expect(hub.anchors).toEqual([]);
});

test('a prompt that took anchors along says so, and shows them as the agent got them', async () => {
  const { log, emit } = await openPane('web-shop');
  const anchors = { ids: ['a', 'b'], tokens: 1_234, text: '<session-anchors>\nthe euro\n</session-anchors>' };
  emit(...prompted('p9', 'and now?').map((body) => (body.kind === 'promptSent' ? { ...body, anchors } : body)));
  await log.getByRole('button', { name: 'with 2 anchors from agor · 1.2 k tokens' }).click();
  await expect.element(page.getByLabelText('Anchors that went with this prompt')).toMatchTextContent(/the euro/);
});

test('turns stand with their messages as a tree, and a message leads to its place in the conversation', async () => {
  const { tab, pane, emit, log } = await openContext();
  emit(
    ...prompted('turns', 'Look into the parser'),
    said('tool_call', {
      toolUseId: 'g1',
      name: 'Read',
      kind: 'read',
      title: 'parser.ts',
      input: { file_path: '/p/parser.ts' },
    }),
    said('text', { text: 'The parser is fine.' }),
  );
  const turns = tab.getByRole('region', { name: 'Turns' });
  await turns.getByText('Look into the parser').click();
  await expect.element(turns.getByRole('button', { name: 'Tool call Read parser.ts' })).toBeVisible();
  await expect.element(tab.getByRole('img', { name: /Read .*parser\.ts 1 time/ })).toBeVisible();
  await expect
    .element(tab.getByRole('region', { name: 'What the conversation is made of' }))
    .toMatchTextContent(/its answers/);
  await turns.getByRole('button', { name: 'Answer The parser is fine.' }).click();
  await expect.element(pane.getByRole('tab', { name: 'Model' })).toHaveAttribute('aria-selected', 'true');
  await expect.element(log.getByRole('group', { name: 'Found message' })).toMatchTextContent(/The parser is fine/);
});
