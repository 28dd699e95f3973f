import { MetricsReport, ProjectHealth, type SessionId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

const DAY_MS = 24 * 3600_000;

/** Twelve days of work, with a failure. */
function sampleReport(hub: FakeHub): MetricsReport {
  const now = Date.now();
  const [session] = hub.sessions.keys();
  return MetricsReport.parse({
    days: Array.from({ length: 12 }, (_, at) => ({
      day: new Date(now - (11 - at) * DAY_MS).toISOString().slice(0, 10),
      costUsd: 0.4 + ((at * 7) % 5) / 2,
      inputTokens: 90_000 + at * 21_000,
      outputTokens: 4_000 + at * 900,
      turns: 3 + ((at * 3) % 7),
      toolCalls: 12 + at,
      failed: at === 5 ? 1 : 0,
    })),
    turns: Array.from({ length: 14 }, (_, at) => ({
      sessionId: session,
      projectId: 'web-shop',
      provider: 'claude',
      model: at % 3 ? 'opus' : 'sonnet',
      startedAt: now - at * 3600_000 - 95_000,
      endedAt: now - at * 3600_000,
      outcome: at === 2 ? 'failed' : 'done',
      costUsd: 0.12 * ((at % 4) + 1),
      inputTokens: 21_000,
      outputTokens: 1_800,
      toolCalls: 7,
      peakContextTokens: at % 5 === 0 ? null : 64_000,
      error: at === 2 ? 'the network is down' : null,
    })),
    models: [
      { model: 'opus', costUsd: 9.2, turns: 31, inputTokens: 1_900_000, outputTokens: 88_000 },
      { model: 'sonnet', costUsd: 2.1, turns: 17, inputTokens: 700_000, outputTokens: 30_000 },
    ],
  });
}

function withHealth(hub: FakeHub): void {
  const [sessionId] = hub.sessions.keys() as MapIterator<SessionId>;
  hub.tell({
    kind: 'health',
    health: [
      ProjectHealth.parse({
        projectId: 'web-shop',
        sessionId,
        activityState: 'stalled',
        activeTool: 'Bash',
        idleDurationMs: 16 * 60_000,
        burnRatePerHour: 1.25,
        contextPressure: 0.42,
        fileConflictCount: 0,
        externalConflictCount: 0,
        attentionScore: 100,
        attentionReason: 'Stalled — 16 min in Bash',
      }),
    ],
  });
}

const drawer = page.getByRole('complementary', { name: 'Metrics' });

test('Metrics shows what runs now, charts with their numbers in words, models and the last turns', async () => {
  const hub = sampleHub();
  hub.metrics = sampleReport(hub);
  openFace(hub);
  await page.getByRole('button', { name: /^Metrics/ }).click();
  withHealth(hub);
  const now = drawer.getByRole('table', { name: 'What runs now' });
  await expect
    .poll(() => now.getByRole('row', { name: /web-shop/ }).element().textContent)
    .toMatch(/stalled · 16 m in Bash.*\$1\.25\/h.*42 %/);
  await expect.poll(() => document.querySelectorAll('figure canvas').length).toBe(4);
  const cost = drawer.getByRole('figure', { name: 'Cost a day' });
  await expect.poll(() => cost.element().querySelectorAll('tr').length).toBe(30);
  await expect.element(drawer.getByRole('row', { name: /opus .*\$9\.20/ })).toBeVisible();
  const turns = drawer.getByRole('table', { name: 'Last turns' });
  await expect.poll(() => turns.element().querySelectorAll('tbody tr').length).toBe(10);
  await drawer.getByRole('button', { name: 'Show all 14' }).click();
  await expect.poll(() => turns.element().querySelectorAll('tbody tr').length).toBe(14);
  await drawer.getByRole('combobox', { name: 'Charts by' }).selectOptions('turn');
  await expect.element(drawer.getByRole('figure', { name: 'Duration' })).toBeVisible();
});

test('project and period are chosen, and a turn that ends is asked for', async () => {
  const hub = sampleHub();
  openFace(hub);
  await userEvent.keyboard('{Control>}{Shift>}E{/Shift}{/Control}');
  await expect.element(drawer.getByText('No turn in the last 30 days')).toBeVisible();
  await drawer.getByRole('combobox', { name: 'Period' }).selectOptions('7');
  await drawer.getByRole('combobox', { name: 'Project' }).selectOptions('worker');
  await expect.poll(() => lastInput(hub, 'metrics.report')).toMatchObject({ days: 7, projectId: 'worker' });
  hub.metrics = sampleReport(hub);
  const { state } = [...hub.sessions.values()].find((one) => one.state.turn) ?? {};
  if (!state?.turn) throw new Error('no turn runs in the sample');
  hub.emit(state.id, { kind: 'turnEnded', turnId: state.turn.id, outcome: 'done' });
  await expect.element(drawer.getByRole('table', { name: 'Last turns' })).toBeVisible();
});

test('what the hub does not answer is said, and can be tried again', async () => {
  const hub = sampleHub();
  hub.failNext.set('metrics.report', new Error('out of order'));
  openFace(hub);
  await page.getByRole('button', { name: /^Metrics/ }).click();
  await expect.element(drawer.getByRole('alert').getByText(/The history could not be loaded/)).toBeVisible();
  await drawer.getByRole('button', { name: 'Try again' }).click();
  await expect.element(drawer.getByText('No turn in the last 30 days')).toBeVisible();
});

test('charts follow a change of the theme', async () => {
  const hub = sampleHub();
  hub.metrics = sampleReport(hub);
  openFace(hub);
  await page.getByRole('button', { name: /^Metrics/ }).click();
  await expect.poll(() => document.querySelectorAll('figure canvas').length).toBe(4);
  const picture = () => document.querySelector<HTMLCanvasElement>('figure canvas')?.toDataURL();
  const before = picture();
  hub.settings = { ...hub.settings, theme: 'latte' };
  hub.tell({ kind: 'settings', settings: hub.settings });
  await expect.poll(() => picture() !== before).toBe(true);
});

test('a project has its own metrics in a tab', async () => {
  const hub = sampleHub();
  hub.metrics = sampleReport(hub);
  openFace(hub);
  const box = page.getByRole('region', { name: 'worker', exact: true });
  await box.getByRole('tab', { name: 'Metrics' }).click();
  await expect.element(box.getByRole('figure', { name: 'Cost a day' })).toBeVisible();
  await expect.poll(() => lastInput(hub, 'metrics.report')).toMatchObject({ projectId: 'worker' });
});
