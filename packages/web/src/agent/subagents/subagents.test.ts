import type { SessionEventBody } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { openFace } from '../../testing/mount.ts';
import { lastInput } from '../../testing/received.ts';
import { sampleHub } from '../../testing/sample-data.ts';

const said = (type: string, content: object, parentId?: string): SessionEventBody =>
  ({
    kind: 'message',
    message: { id: `${type}-${JSON.stringify(content)}`, type, content, parentId, timestamp: 0 },
  }) as SessionEventBody;

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
