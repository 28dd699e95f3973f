import { type SessionEventBody, type SessionId, TurnId } from '@agor/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { later, openPane } from '../agent/testing/pane.ts';
import type { FakeHub } from '../testing/fake-hub.ts';
import { lastInput } from '../testing/received.ts';
import { confined, sampleProvider, tellMuch, withEverything } from '../testing/sample-everything.ts';
import type { sampleProject } from '../testing/sample-project.ts';

afterEach(() => {
  vi.useRealTimers();
});

const open = (project = 'web-shop', prepare: (hub: FakeHub, id: SessionId) => void = () => {}) =>
  openPane(project, (hub, id) => {
    withEverything(hub);
    tellMuch(hub, id);
    prepare(hub, id);
  });
const crashed = (nextRetryAt: number): SessionEventBody[] => [
  {
    kind: 'health',
    health: { state: 'restarting', attempt: 2, maxAttempts: 5, nextRetryAt, lastError: 'killed by SIGSEGV' },
  },
  { kind: 'turnEnded', turnId: TurnId.parse('turn-1'), outcome: 'lost' },
  { kind: 'processExited', code: null, signal: 'SIGSEGV', expected: false },
];

test('the shield tells what holds, rule by rule, and what does not with its reason', async () => {
  const { pane } = await open();
  await pane.getByRole('button', { name: /Sandbox partly on/ }).click();
  const rules = page.getByRole('list', { name: 'Rules of the sandbox' });
  await expect.element(rules.getByText('needs bubblewrap')).toBeVisible();
  expect(rules.getByLabelText('not enforced', { exact: true }).elements()).toHaveLength(1);
  expect(rules.getByLabelText('enforced', { exact: true }).elements()).toHaveLength(4);
});

test('a sandbox that was changed meanwhile says so and offers the restart', async () => {
  const { hub, pane } = await open('web-shop', (hub, id) => {
    const asked = { enabled: true, ports: [], paths: [] };
    hub.emit(id, { kind: 'processStarted', pid: 1, startTime: '3', sandbox: { ...confined, asked }, background: true });
    setProject(hub, 'web-shop', { sandboxEnabled: true });
  });
  await expect.element(pane.getByRole('button', { name: 'web-shop: Sandbox partly on', exact: true })).toBeVisible();
  setProject(hub, 'web-shop', { sandboxEnabled: true, sandboxPorts: ['5432'] });
  await pane.getByRole('button', { name: 'web-shop: Sandbox partly on, changed' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await expect.poll(() => lastInput(hub, 'agent.restart')).toBeDefined();
});

test('before an agent runs the shield tells what would hold, and claims nothing', async () => {
  const { pane } = await open('worker', (hub, id) => {
    hub.emit(id, { kind: 'processExited', code: 0, signal: null, expected: true });
    setProject(hub, 'worker', { sandboxEnabled: true });
  });
  await pane.getByRole('button', { name: 'worker: Sandbox on from the next start' }).click();
  await expect.element(page.getByText('1 of 5 rules can’t be enforced on this computer.')).toBeVisible();
});

test('a crashed agent counts down to its next start, which can be had at once', async () => {
  const { hub, pane, emit } = await open();
  // Each look of a poll moves the clock by its interval: on busy cores by up to 20 s.
  emit(...crashed(Date.now() + 600_000));
  await expect
    .element(pane.getByText(/^The agent crashed · starts again in (5[89]\d|600) s \(2 of 5\)$/))
    .toBeVisible();
  later(300_000);
  await expect.element(pane.getByText(/starts again in 2[5-9]\d s/)).toBeVisible();
  await pane.getByRole('button', { name: 'Try now' }).click();
  await expect.poll(() => lastInput(hub, 'agent.restart')).toBeDefined();
});

test('an agent that was given up says why and can be restarted', async () => {
  const { hub, pane, emit } = await open();
  const failed = { state: 'failed' as const, attempts: 5, lastError: 'out of memory' };
  emit(...crashed(Date.now()), { kind: 'health', health: failed });
  await expect.element(pane.getByText('The agent crashed; 5 restarts did not help')).toBeVisible();
  await pane.getByTestId('agent-strip').getByRole('button', { name: 'Restart' }).click();
  await expect.poll(() => lastInput(hub, 'agent.restart')).toBeDefined();
});

test('the ring follows the turn, and its menu has the quota and the way to make room', async () => {
  const { hub, pane, emit } = await open();
  await expect.element(pane.getByRole('img', { name: 'context 66%: 131 k of 200 k tokens' })).toBeVisible();
  const content = { contextTokens: 180_000, contextWindow: 200_000 };
  emit({ kind: 'message', message: { id: 'u2', type: 'usage', content, timestamp: 0 } });
  await expect.element(pane.getByRole('img', { name: /context 90%/ })).toBeVisible();
  await pane.getByRole('button', { name: 'web-shop: context and usage' }).click();
  await expect.element(page.getByRole('meter', { name: 'Five hours' })).toHaveAttribute('aria-valuenow', '62');
  await page.getByRole('button', { name: 'Compact the conversation' }).click();
  await expect.poll(() => lastInput(hub, 'agent.query')).toMatchObject({ prompt: { text: '/compact' } });
});

test('a fork is shown at once and leads back to where it came from', async () => {
  const { hub, pane } = await open();
  await pane.getByRole('button', { name: 'web-shop: session menu' }).click();
  await page.getByRole('menuitem', { name: 'Fork session' }).click();
  await expect.poll(() => lastInput(hub, 'session.fork')).toBeDefined();
  await pane.getByRole('button', { name: /Make the cart total/ }).click();
  await expect.element(pane).toHaveAttribute('data-agent-status', 'running');
});

test('a summary after a compaction is folded, and opens', async () => {
  const { pane, emit } = await open();
  const content = { trigger: 'auto' as const, preTokens: 180_000, postTokens: 9000, summary: 'We renamed **total**.' };
  emit({ kind: 'message', message: { id: 'c1', type: 'compaction', content, timestamp: 0 } });
  await expect.element(pane.getByText(/We renamed/)).not.toBeInTheDocument();
  await pane.getByRole('button', { name: 'What the agent goes on with' }).click();
  await expect.element(pane.getByText(/We renamed/)).toBeVisible();
});

test('an agent that nobody has tried says so', async () => {
  const { pane } = await open('web-shop', (hub) => {
    hub.providers = [sampleProvider('claude', {}, { caveat: 'Untested with version 9.' })];
  });
  await expect.element(pane.getByTitle('Untested with version 9.')).toHaveTextContent('untested');
});

function setProject(hub: FakeHub, name: string, change: Partial<Parameters<typeof sampleProject>[0]>): void {
  hub.changeGroups((file) => ({
    ...file,
    groups: file.groups.map((group) => ({
      ...group,
      projects: group.projects.map((project) => (project.name === name ? { ...project, ...change } : project)),
    })),
  }));
}

test('in a narrow window the header keeps its menu in sight, whatever there is to tell', async () => {
  await page.viewport(390, 800);
  try {
    const { pane, emit } = await open('web-shop', (hub) => {
      hub.providers = hub.providers.map((one) => ({ ...one, caveat: 'Not tried with a real one yet.' }));
    });
    emit(
      { kind: 'settingsChanged', permissionMode: 'bypassPermissions' },
      { kind: 'health', health: { state: 'degraded', restarts: 2 } },
      { kind: 'turnEnded', turnId: TurnId.parse('turn-1'), outcome: 'failed', message: 'The model is gone.' },
    );
    await expect.element(pane.getByText('asks nothing').first()).toBeInTheDocument();
    const menu = pane.getByRole('button', { name: 'web-shop: session menu' });
    expect(menu.element().getBoundingClientRect().right).toBeLessThanOrEqual(
      pane.element().getBoundingClientRect().right,
    );
  } finally {
    await page.viewport(1366, 768);
  }
});
