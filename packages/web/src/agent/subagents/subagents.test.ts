import type { SessionEventBody } from '@agor/protocol';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../../testing/mount.ts';
import { lastInput } from '../../testing/received.ts';
import { sampleHub } from '../../testing/sample-data.ts';

const said = (type: string, content: object, parentId?: string): SessionEventBody =>
  ({
    kind: 'message',
    message: { id: `${type}-${JSON.stringify(content)}`, type, content, parentId, timestamp: 0 },
  }) as SessionEventBody;

beforeEach(() => page.viewport(1366, 900));

function begin(hub = sampleHub()) {
  const id = [...hub.sessions.values()].find(({ state }) => state.turn)?.state.id;
  if (!id) throw new Error('no turn runs in the sample');
  hub.emit(
    id,
    { kind: 'processStarted', pid: 7, startTime: 'x' },
    said('tool_call', { toolUseId: 'a1', name: 'Agent', kind: 'agent', title: 'Look for callers', input: {} }),
    said('subagent', {
      toolUseId: 'a1',
      state: 'started',
      description: 'Look for callers',
      subagentType: 'Explore',
      background: true,
    }),
    said('subagent', { toolUseId: 'a1', state: 'progress', totalTokens: 12_300, toolUses: 4, lastTool: 'Grep' }),
    said('text', { text: 'I look in the billing module.' }, 'a1'),
  );
  const { name } =
    hub.groups.groups[0]?.projects.find(({ id: project }) => hub.session(id).state.projectId === project) ?? {};
  openFace(hub);
  return { hub, id, panel: page.getByRole('region', { name: name ?? '', exact: true }).getByTestId('subagents') };
}

test('a subagent has a card with what it does, and its transcript goes on while one looks at it', async () => {
  const { hub, id, panel } = begin();
  await expect.element(panel.getByRole('button', { name: /1 subagent/ })).toBeVisible();
  const card = panel.getByRole('button', { name: /Look for callers.*running/ });
  await expect
    .poll(() => card.element().textContent)
    .toMatch(/Explore · in the background · .*12\.3 k tokens · 4 tool calls · last Grep/);
  await card.click();
  const transcript = page.getByRole('dialog', { name: 'Look for callers' });
  await expect.element(transcript.getByText('I look in the billing module.')).toBeVisible();
  hub.emit(id, said('text', { text: 'Three callers, all in invoices.' }, 'a1'));
  await expect.element(transcript.getByText('Three callers, all in invoices.')).toBeVisible();
});

test('one subagent is stopped alone; when it has ended there is nothing to stop', async () => {
  const { hub, id, panel } = begin();
  await panel.getByRole('button', { name: 'Stop Look for callers' }).click();
  await expect.poll(() => lastInput(hub, 'agent.stopSubagent')).toMatchObject({ sessionId: id, toolUseId: 'a1' });
  hub.emit(id, said('subagent', { toolUseId: 'a1', state: 'stopped' }));
  await expect.element(panel.getByRole('button', { name: 'Stop Look for callers' })).not.toBeInTheDocument();
  // Nothing runs any more: the cards fold, and can be opened.
  await panel.getByRole('button', { name: /1 subagent/ }).click();
  await expect.element(panel.getByRole('button', { name: /Look for callers.*stopped/ })).toBeVisible();
});

test('where the agent can stop none alone, there is no button for it', async () => {
  const hub = sampleHub();
  hub.providers = hub.providers.map((one) => ({ ...one, capabilities: { ...one.capabilities, stopSubagents: false } }));
  const { panel } = begin(hub);
  await expect.element(panel.getByRole('button', { name: /Look for callers.*running/ })).toBeVisible();
  expect(panel.getByRole('button', { name: 'Stop Look for callers' }).query()).toBeNull();
});

test('a card tells what the subagent said last, and its cost where the provider tells it', async () => {
  const { hub, id, panel } = begin();
  await expect.element(panel.getByTestId('last-words')).toHaveTextContent('I look in the billing module.');
  const paid = said('text', { text: 'Two callers\nso far.' }, 'a1') as Extract<SessionEventBody, { kind: 'message' }>;
  const spent = { inputTokens: 9, outputTokens: 9, cacheReadTokens: 0, cacheCreationTokens: 0, costUsd: 0.3 };
  hub.emit(id, { ...paid, message: { ...paid.message, spent } });
  await expect.element(panel.getByTestId('last-words')).toHaveTextContent('Two callers so far.');
  await expect.element(panel.getByText(/\$0\.30/)).toBeVisible();
});

test('the tree shows who started whom, and leads to a transcript by keyboard; the choice is kept', async () => {
  const { hub, id, panel } = begin();
  hub.emit(
    id,
    said('tool_call', { toolUseId: 'b2', name: 'Agent', kind: 'agent', title: 'Read invoices', input: {} }, 'a1'),
    said('subagent', { toolUseId: 'b2', state: 'started', description: 'Read invoices' }),
    said('subagent', { toolUseId: 'b2', state: 'failed' }),
  );
  const views = panel.getByRole('group', { name: 'Subagents as' });
  await views.getByRole('button', { name: 'Tree' }).click();
  const tree = panel.getByRole('group', { name: 'Which agent started which' });
  const child = tree.getByRole('button', { name: /^Read invoices failed started by Look for callers$/ });
  await expect.element(child).toBeVisible();
  await expect
    .element(tree.getByRole('button', { name: /^Look for callers running started by the agent$/ }))
    .toBeVisible();
  expect(tree.element().querySelectorAll('path')).toHaveLength(2);
  const { width, height } = child.element().getBoundingClientRect();
  expect([width, height]).toEqual([100, 40]);
  (child.element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('dialog', { name: 'Read invoices' })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(child).toHaveFocus();
  expect(localStorage.getItem('agor.subagentView')).toBe('tree');
});

test('in a box that is wide enough they stand beside the transcript, else below it', async () => {
  await page.viewport(1366, 900);
  const { panel } = begin();
  await expect.element(panel).toBeVisible();
  const places = () => {
    const [own, log] = [panel.element(), panel.element().parentElement?.querySelector('[role="log"]')].map((one) =>
      one?.getBoundingClientRect(),
    );
    return own && log
      ? { beside: own.left >= log.right - 1, below: own.top >= log.bottom - 1, width: own.width }
      : null;
  };
  await expect.poll(places).toMatchObject({ beside: false, below: true });
  await page.viewport(2560, 1300);
  await expect.poll(places).toMatchObject({ beside: true, below: false, width: 240 });
});
