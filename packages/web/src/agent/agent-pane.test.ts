import { BlobId, BlockId, type SessionEventBody, SessionId, TurnId } from '@agor/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { called, returned, said } from '../testing/events.ts';
import { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { openPane } from './testing/pane.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('text streams into the transcript and becomes its message without showing twice', async () => {
  const { hub, log, id, emit } = await openPane('web-shop');
  const block = { sessionId: SessionId.parse(id), blockId: BlockId.parse('b1'), kind: 'text' as const };
  hub.stream({ ...block, offset: 0, text: 'The total is **com' });
  await expect.element(log.getByText(/The total is/)).toBeVisible();
  hub.stream({ ...block, offset: 18, text: 'puted** here.' });
  await expect.element(log.getByText('computed', { exact: true })).toBeVisible();
  emit(said('text', { text: 'The total is **computed** here.' }, { blockId: 'b1' }));
  await expect.element(log.getByText(/here\./)).toBeVisible();
  expect(log.element().textContent?.match(/The total is/g)).toHaveLength(1);
});

test('at the end of the last turn one goes on or begins anew; while the agent works there is nothing of that', async () => {
  const { hub, log, pane, emit, composer } = await openPane('web-shop');
  const cost = {
    totalCostUsd: 0.4,
    costUsd: 0.4,
    inputTokens: 900,
    outputTokens: 40,
    numTurns: 1,
    durationMs: 4_000,
    isError: false,
  };
  const bar = log.getByTestId('done');
  emit(said('cost', cost));
  await expect.element(log.getByText(/\$0\.40 · 900 in, 40 out/)).toBeVisible();
  expect(bar.query()).toBeNull();
  emit({ kind: 'turnEnded', turnId: TurnId.parse('turn-1'), outcome: 'done' });
  await bar.getByRole('button', { name: 'Continue' }).click();
  await expect.element(composer).toHaveFocus();
  await bar.getByRole('button', { name: 'New session' }).click();
  await expect.poll(() => lastInput(hub, 'session.create')).toMatchObject({ projectId: 'web-shop' });
  await expect.element(pane.getByTestId('done')).not.toBeInTheDocument();
});

test('who reads further up and sends a prompt is back at the end, with what comes of it', async () => {
  const { log, emit } = await openPane('web-shop');
  emit(...Array.from({ length: 60 }, (_, index) => said('text', { text: `Paragraph ${index}` })));
  await expect.element(log.getByText('Paragraph 59')).toBeVisible();
  const view = log.element() as HTMLElement;
  view.dispatchEvent(new WheelEvent('wheel', { deltaY: -2_000 }));
  view.scrollTop = 0;
  await expect.element(page.getByRole('button', { name: 'To the end' })).toBeVisible();
  const prompt = page.getByRole('textbox', { name: 'Message web-shop' });
  await prompt.fill('and now?');
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => view.scrollHeight - view.scrollTop - view.clientHeight).toBeLessThan(2);
  emit(said('text', { text: 'This came of it' }));
  await expect.element(log.getByText('This came of it')).toBeInViewport();
});

test('a tool call shows its output with how it ended, live', async () => {
  const { log, emit } = await openPane('web-shop');
  const card = log.getByRole('region', { name: 'Bash npm test -- cart' });
  await expect.element(card.getByText(/running/)).toBeVisible();
  emit(returned('u1', '✓ all good'));
  await expect.element(card.getByText('exit 0 · 0.1 s')).toBeVisible();
  await expect.element(card.getByText('✓ all good')).toBeVisible();
});

test('long output is cut by its kind, and shown whole when asked for', async () => {
  const { log, emit } = await openPane('web-shop');
  const lines = Array.from({ length: 700 }, (_, index) => `line ${index}`).join('\n');
  emit(called('u2', 'Bash', 'cat long'), returned('u2', lines));
  const output = log.getByLabelText('Output of Bash').last();
  await expect.element(output).toBeVisible();
  expect(output.element().textContent).not.toContain('line 500');
  await log.getByRole('button', { name: 'Show all (700 lines)' }).click();
  await expect.poll(() => output.element().textContent).toContain('line 699');
});

test('output that left the log is fetched when it is asked for; a failure says so', async () => {
  const { log, emit } = await openPane('web-shop');
  const outputBlob = { blob: BlobId.parse('b'.repeat(64)), size: 90_000, mediaType: 'text/plain' };
  const result: SessionEventBody = said('tool_result', {
    toolUseId: 'u2',
    output: 'beginning',
    isError: false,
    outputBlob,
  });
  emit(called('u2', 'Bash', 'cat long'), result);
  let found = false;
  vi.stubGlobal('fetch', async () => (found ? new Response('the whole of it') : new Response('', { status: 404 })));
  const button = log.getByRole('button', { name: 'Show all (90 kB)' });
  await button.click();
  await expect.element(log.getByText('This text is not kept any more.')).toBeVisible();
  found = true;
  await button.click();
  await expect.element(log.getByText('the whole of it')).toBeVisible();
});

test('of a text or thought too long for its event the beginning shows, and all of it when asked for', async () => {
  const { log, emit } = await openPane('web-shop');
  const textBlob = { blob: BlobId.parse('c'.repeat(64)), size: 400_000, mediaType: 'text/plain' };
  emit(said('text', { text: 'It begins', textBlob }), said('thinking', { text: 'A long thought', textBlob }));
  vi.stubGlobal('fetch', async () => new Response('It begins **and goes on**'));
  await log.getByRole('button', { name: 'Show all (400 kB)' }).click();
  await expect.element(log.getByText('and goes on')).toBeVisible();
  await log.getByRole('button', { name: /A long thought/ }).click();
  await log.getByRole('button', { name: 'Show all (400 kB)' }).click();
  await expect.element(log.getByText('It begins **and goes on**')).toBeVisible();
  await expect.element(log.getByRole('button', { name: /Show all/ })).not.toBeInTheDocument();
});

test('a subagent’s work stands below its call while it runs, and folds when it is done', async () => {
  const { log, emit } = await openPane('web-shop');
  emit(
    called('a1', 'Agent', 'check callers'),
    said('subagent', { toolUseId: 'a1', state: 'started' }),
    called('t9', 'Bash', 'grep findMany', 'a1'),
  );
  const agent = log.getByRole('region', { name: 'Agent check callers' });
  await expect.element(agent.getByText(/running · 1 tool/)).toBeVisible();
  await expect.element(agent.getByText('grep findMany')).toBeVisible();
  emit(said('subagent', { toolUseId: 'a1', state: 'done', toolUses: 1 }), returned('a1', 'three callers'));
  await expect.element(agent.getByText('grep findMany')).not.toBeInTheDocument();
});

test('an error says what to do; a missing agent can be installed from it', async () => {
  const { pane, emit } = await openPane('worker');
  emit(said('error', { message: '401', class: 'auth', retryable: false }));
  await expect.element(pane.getByRole('alert', { name: 'Not signed in' })).toBeVisible();
  await pane.getByRole('button', { name: 'Settings → Agents' }).click();
  await expect.element(page.getByRole('complementary', { name: 'Settings' })).toBeVisible();
});

test('what this build does not know is there as it came', async () => {
  const { log, emit } = await openPane('web-shop');
  emit(said('unknown', { raw: { type: 'hologram', depth: 3 } }));
  await log.getByText(/does not know/).click();
  await expect.element(log.getByText(/"depth": 3/)).toBeVisible();
});

test('a project without a session says what its agent is and what it never asks about', async () => {
  const hub = sampleHub();
  hub.groups = { ...hub.groups, activeGroupId: 'tools' };
  openFace(hub);
  const pane = page.getByRole('region', { name: 'cli', exact: true });
  await expect.element(pane.getByRole('heading', { name: /Claude Code 2\.1\.0/ })).toBeVisible();
  await expect.element(pane.getByText(/never asks before it reads files/)).toBeVisible();
  await expect.element(pane.getByText(/What the agent runs has your own rights/)).toBeVisible();
  await pane.getByRole('textbox', { name: 'Message cli' }).fill('hello');
  await pane.getByRole('button', { name: 'Send' }).click();
  await expect
    .poll(() => hub.received.find(({ name }) => name === 'agent.query')?.input)
    .toMatchObject({
      projectId: 'cli',
      prompt: { text: 'hello' },
    });
  expect(new FakeHub().sessions.size).toBe(0);
});
