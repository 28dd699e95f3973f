import { type GroupAgentConfig, ProjectHealth, ProjectId, ProviderId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { openFace } from '../testing/mount.ts';
import { sampleHub, turn } from '../testing/sample-data.ts';

function health(projectId: string, more: Partial<ProjectHealth>): ProjectHealth {
  return ProjectHealth.parse({
    projectId,
    sessionId: 's',
    activityState: 'idle',
    activeTool: null,
    idleDurationMs: 0,
    burnRatePerHour: 0,
    contextPressure: null,
    fileConflictCount: 0,
    externalConflictCount: 0,
    attentionScore: 0,
    attentionReason: null,
    ...more,
  });
}

test('the status bar tells how many projects are stalled and what all of them spend an hour, while there is something to tell', async () => {
  const hub = sampleHub();
  openFace(hub);
  const bar = () => document.querySelector('[data-testid=status-bar]')?.textContent?.replace(/\s+/g, ' ');
  await expect.poll(bar).toMatch(/running/);
  await expect.poll(bar).not.toMatch(/stalled/);
  hub.tell({
    kind: 'health',
    health: [
      health('a', { activityState: 'stalled', burnRatePerHour: 1.25 }),
      health('b', { activityState: 'running', burnRatePerHour: 2 }),
    ],
  });
  await expect.poll(bar).toMatch(/1 stalled/);
  await expect.poll(bar).toMatch(/\$3\.25\/h/);
  hub.tell({ kind: 'health', health: [] });
  await expect.poll(bar).not.toMatch(/stalled/);
  await expect.poll(bar).not.toMatch(/\/h/);
});

test('the header of a project tells what its agent does, since when it hangs, and what it spends', async () => {
  const hub = sampleHub();
  openFace(hub);
  const [session] = [...hub.sessions.values()].filter(({ state }) => state.turn);
  const { projectId = null, id = '' } = session?.state ?? {};
  const of = (more: Partial<ProjectHealth>) =>
    hub.tell({
      kind: 'health',
      health: [health(String(projectId), { sessionId: id as ProjectHealth['sessionId'], ...more })],
    });
  const header = () =>
    document.querySelector(`[data-project-id="${projectId}"] header`)?.textContent?.replace(/\s+/g, ' ');
  await expect.poll(header).toBeTruthy();
  of({ activityState: 'running', activeTool: 'Bash', burnRatePerHour: 0.9 });
  await expect.poll(header).toMatch(/Bash.*\$0\.90\/h/);
  of({ activityState: 'stalled', activeTool: 'Bash', idleDurationMs: 17 * 60_000 });
  await expect.poll(header).toMatch(/stalled · 17 m in Bash/);
  hub.tell({ kind: 'health', health: [] });
  await expect.poll(header).not.toMatch(/stalled|\/h/);
});

test('the header of an agent with a role has a heart that tells its last sign of life; a project’s has none', async () => {
  const hub = sampleHub(Date.now() - 60_000);
  const mira: GroupAgentConfig = { id: ProjectId.parse('mira'), name: 'Mira', role: 'manager', enabled: true };
  hub.changeGroups((file) => ({
    ...file,
    groups: file.groups.map((group, i) => (i === 0 ? { ...group, agents: [mira] } : group)),
  }));
  openFace(hub);
  const box = page.getByRole('region', { name: 'Mira', exact: true });
  await expect.element(box).toBeInTheDocument();
  expect(page.getByTestId('heartbeat').query()).toBeNull();
  hub.emit(
    hub.begin({
      projectId: mira.id,
      provider: ProviderId.parse('claude'),
      cwd: '/home/you/code',
      title: '',
      permissionMode: 'default',
    }),
    ...turn('m', 'Look after the others.'),
  );
  await expect
    .element(box.getByRole('img', { name: /^Heartbeat of Mira\. Last sign of life: .+\. It is at work\.$/ }))
    .toBeVisible();
  expect(page.getByTestId('heartbeat').elements()).toHaveLength(1);
});
