import { ProjectId, type PromptId, type SessionId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

const box = (name: string) => page.getByRole('region', { name, exact: true });
const wakes = () => page.getByRole('region', { name: 'Wakes' });

function projectOf(hub: FakeHub, name: string) {
  const project = hub.groups.groups.flatMap(({ projects }) => projects).find((one) => one.name === name);
  if (!project) throw new Error(`no ${name} in the sample`);
  return project;
}
async function openSettingsOf(name: string): Promise<void> {
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: `Edit ${name}` }).click();
}

test('a project has wakes: one is added by a time with its next times shown, switched off, and removed', async () => {
  const hub = sampleHub();
  const { id } = projectOf(hub, 'web-shop');
  openFace(hub);
  await openSettingsOf('web-shop');
  await expect.element(wakes().getByText(/Nothing wakes this agent besides prompts and messages/)).toBeVisible();
  await wakes().getByRole('button', { name: 'Add wake' }).click();
  const form = page.getByRole('form', { name: 'New wake' });
  await form.getByLabelText('Times').fill('at nine');
  await expect.element(form.getByText(/is no cron expression of five fields/)).toBeVisible();
  await expect.element(form.getByRole('button', { name: 'Add wake' })).toBeDisabled();
  await form.getByLabelText('Times').fill('0 9 * * 1-5');
  await expect.element(form.getByText(/^Next: /)).toBeVisible();
  await form.getByLabelText('What it is told').fill('Look at the nightly build.');
  await form.getByRole('button', { name: 'Add wake' }).click();
  expect(await lastInput(hub, 'wake.add')).toMatchObject({
    agentId: id,
    condition: { kind: 'cron', expression: '0 9 * * 1-5' },
    prompt: 'Look at the nightly build.',
    once: false,
  });
  await expect.element(form).not.toBeInTheDocument();
  const row = wakes().getByRole('listitem');
  await expect.element(row.getByText(/next .*has not woken it yet/)).toBeVisible();
  await row.getByRole('checkbox').click();
  expect(await lastInput(hub, 'wake.update')).toMatchObject({ changes: { enabled: false } });
  await expect.element(row.getByText(/switched off/)).toBeVisible();
  await row.getByRole('button', { name: /^Remove the wake/ }).click();
  await expect.element(wakes().getByText(/Nothing wakes this agent/)).toBeVisible();
});

test('each kind of wake has its own fields; a check says that it runs without a sandbox, and what went wrong is told', async () => {
  const hub = sampleHub();
  const { id } = projectOf(hub, 'web-shop');
  hub.wake = {
    stopped: [],
    triggers: [
      {
        id: 'w1',
        agentId: id,
        condition: { kind: 'check', command: 'npm test', everyMin: 5 },
        prompt: '',
        once: false,
        enabled: true,
        createdBy: 'web',
        createdAt: 1,
        lastFiredAt: null,
        nextAt: null,
        check: { ok: false, at: Date.now(), tail: '1 test failed', confined: false },
        problem: 'The command could not be run: the machine is away.',
      },
    ],
  };
  openFace(hub);
  await openSettingsOf('web-shop');
  const row = wakes().getByRole('listitem');
  await expect.element(row.getByText('When npm test fails, every 5 min')).toBeVisible();
  await expect.element(row.getByRole('alert')).toHaveTextContent('The command could not be run: the machine is away.');
  await expect.element(row.getByText(/ran without a sandbox/)).toBeVisible();
  await row.getByText('What it said').click();
  await expect.element(row.getByText('1 test failed')).toBeVisible();
  await wakes().getByRole('button', { name: 'Add wake' }).click();
  const form = page.getByRole('form', { name: 'New wake' });
  await form.getByLabelText('When').selectOptions('When a file changes');
  await expect.element(form.getByRole('button', { name: 'Add wake' })).toBeDisabled();
  await form.getByLabelText('File').fill('src/**');
  await form.getByRole('button', { name: 'Add wake' }).click();
  expect(await lastInput(hub, 'wake.add')).toMatchObject({ condition: { kind: 'file', pattern: 'src/**' } });
});

test('an agent that Stop all holds says so in its box; it is let go there, or all of them below', async () => {
  const hub = sampleHub();
  const ids = ['web-shop', 'worker'].map((name) => projectOf(hub, name).id);
  hub.wake = { triggers: [], stopped: ids };
  openFace(hub);
  await expect.element(box('web-shop').getByText('Stopped: nothing wakes it')).toBeVisible();
  await expect.element(page.getByRole('button', { name: /^Resume 2/ })).toBeVisible();
  await box('web-shop').getByRole('button', { name: 'Resume web-shop' }).click();
  expect(await lastInput(hub, 'wake.resume')).toMatchObject({ agentId: ids[0] });
  await expect.element(box('web-shop').getByTestId('stopped')).not.toBeInTheDocument();
  await page.getByRole('button', { name: /^Resume 1/ }).click();
  await expect.element(page.getByRole('button', { name: /^Resume \d/ })).not.toBeInTheDocument();
  await expect.element(page.getByTestId('stopped')).not.toBeInTheDocument();
});

test('what Stop all asks about is what is counted as stopped afterwards; a project without a session is not', async () => {
  const hub = sampleHub();
  for (const [id, { state }] of hub.sessions)
    if (state.projectId === projectOf(hub, 'worker').id) hub.sessions.delete(id);
  openFace(hub);
  await page.getByRole('button', { name: 'Stop all' }).click();
  await expect.element(page.getByRole('dialog', { name: 'Stop all 2 agents?' })).toBeVisible();
  await expect.element(page.getByText(/^2 of 2 have a process now; it ends with all that it started\./)).toBeVisible();
  const stopped = hub.groups.groups.flatMap(({ projects }) => projects.map(({ id }) => id));
  hub.wake = { triggers: [], stopped };
  hub.tell({ kind: 'wake', wake: hub.wake });
  await expect
    .element(page.getByRole('button', { name: /^Resume 2 stopped/, includeHidden: true }))
    .toBeInTheDocument();
  const words = (name: string) => box(name).getByTestId('stopped').element().textContent?.replace(/\s+/g, ' ');
  await expect.poll(() => words('web-shop')).toMatch('Stopped: nothing wakes it');
  await expect.poll(() => words('worker')).toMatch('Held by Stop all: nothing starts it but your prompt');
});

test('a prompt that agor gave says what woke the agent', async () => {
  const hub = sampleHub();
  const { id } = projectOf(hub, 'web-shop');
  const session = [...hub.sessions.values()].find(({ state }) => state.projectId === ProjectId.parse(id));
  const sessionId = session?.state.id as SessionId;
  openFace(hub);
  await expect.element(box('web-shop')).toBeVisible();
  const promptId = 'wake:w1:1' as PromptId;
  hub.emit(sessionId, {
    kind: 'promptQueued',
    prompt: { id: promptId, text: 'Woken: cron 0 9 * * 1-5', images: [], source: 'agor', wake: 'cron 0 9 * * 1-5' },
  });
  hub.emit(sessionId, { kind: 'promptSent', promptId });
  await expect.element(box('web-shop').getByTitle('agor woke it: cron 0 9 * * 1-5')).toBeVisible();
});

test('while nobody works but a wake is set, agents can still be kept from being woken', async () => {
  const hub = sampleHub();
  const { id } = projectOf(hub, 'web-shop');
  for (const session of [...hub.sessions.keys()]) hub.sessions.delete(session);
  hub.wake = {
    stopped: [],
    triggers: [
      {
        id: 'w1',
        agentId: id,
        condition: { kind: 'cron', expression: '0 9 * * 1-5' },
        prompt: '',
        once: false,
        enabled: true,
        createdBy: 'web',
        createdAt: 1,
        lastFiredAt: null,
        nextAt: null,
        check: null,
        problem: null,
      },
    ],
  };
  openFace(hub);
  await page.getByRole('button', { name: 'Stop all' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keep the one agent from being woken?' });
  await dialog.getByRole('button', { name: 'Stop all' }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(await lastInput(hub, 'agent.stopAll')).toBeDefined();
});
