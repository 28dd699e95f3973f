import { ProviderId, SESSIONS_LISTED, SessionId } from '@agor/protocol';
import { initialState } from '@agor/session';
import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { created } from '../testing/events.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { withEverything } from '../testing/sample-everything.ts';

const box = (name: string) => page.getByRole('region', { name, exact: true });
async function inMenu(project: string, item: string): Promise<void> {
  await box(project)
    .getByRole('button', { name: `${project}: session menu` })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
}
const dialog = (name: string) => page.getByRole('dialog', { name });

test('a session from outside is continued in its project, and opened the second time', async () => {
  const hub = withEverything(sampleHub());
  openFace(hub);
  await inMenu('worker', 'Continue a session from outside…');
  const list = dialog('Continue a session from outside');
  await list.getByRole('button', { name: 'Continue: Conversation 2', exact: true }).click();
  await expect
    .poll(() => lastInput(hub, 'session.import'))
    .toMatchObject({ providerSessionId: 'outside-2', projectId: 'worker' });
  await expect.element(box('worker').getByText(/Begun outside agor/)).toBeVisible();
  hub.received.length = 0;
  await inMenu('worker', 'Continue a session from outside…');
  await list.getByRole('button', { name: 'Open: Conversation 2', exact: true }).click();
  await expect.element(list).not.toBeInTheDocument();
  expect(lastInput(hub, 'session.import')).toBeUndefined();
});

test('the list from outside comes in pages, is searched in what is loaded, and says when it could not be read', async () => {
  const hub = withEverything(sampleHub());
  openFace(hub);
  hub.failNext.set('session.outside', new ORPCError('REJECTED', { message: 'The folder can’t be read.' }));
  await page.getByRole('button', { name: 'Continue a session from outside' }).click();
  const list = dialog('Continue a session from outside');
  await expect.element(list.getByRole('alert')).toHaveTextContent('The folder can’t be read.');
  await list.getByRole('button', { name: 'Try again' }).click();
  await expect.element(list.getByText('Conversation 49', { exact: true })).toBeInTheDocument();
  await list.getByRole('button', { name: 'Older ones' }).click();
  await expect.element(list.getByText('Conversation 59', { exact: true })).toBeInTheDocument();
  await expect.element(list.getByRole('button', { name: 'Older ones' })).not.toBeInTheDocument();
  await list.getByRole('searchbox').fill('conversation 57');
  await expect.poll(() => list.getByRole('listitem').elements().length).toBe(1);
  await list.getByRole('searchbox').fill('no such words');
  await expect.element(list.getByText('No session fits.')).toBeVisible();
});

test('a new session begins with another agent, of a family too; one that is not installed can be brought in place', async () => {
  const hub = withEverything(sampleHub());
  openFace(hub);
  await inMenu('web-shop', 'Start with another agent…');
  const form = dialog('New session in web-shop');
  await form.getByRole('combobox', { name: 'Agent' }).selectOptions('Gemini CLI (not installed)');
  await form.getByRole('button', { name: /Install Gemini CLI 0.61.0/ }).click();
  await expect.poll(() => lastInput(hub, 'providers.install')).toMatchObject({ provider: 'acp:gemini' });
  await form.getByRole('combobox', { name: 'Agent' }).selectOptions('Goose (untested)');
  await expect.element(form.getByText('Not tried with a real Goose yet.')).toBeVisible();
  await form.getByRole('combobox', { name: 'Agent' }).selectOptions('OpenCode');
  await form.getByRole('combobox', { name: 'Model' }).fill('big-pickle');
  await form.getByRole('button', { name: 'Begin' }).click();
  await expect
    .poll(() => lastInput(hub, 'session.create'))
    .toMatchObject({ projectId: 'web-shop', provider: 'acp:opencode', model: 'big-pickle' });
  await expect.element(box('web-shop')).toHaveAttribute('data-agent-status', 'idle');
});

test('a session that is older than the list is found in its pages, and stays open when the stream begins anew', async () => {
  const hub = withEverything(sampleHub());
  if (created.kind !== 'sessionCreated') throw new Error('not a creation');
  const project = hub.groups.groups[0]?.projects[2];
  if (!project) throw new Error('no project');
  const body = { ...created, projectId: project.id, provider: ProviderId.parse('claude') };
  for (let index = 0; index < SESSIONS_LISTED; index++) hub.begin({ ...body, title: `Old ${index}` }, 1000 + index);
  const state = initialState(SessionId.parse('ancient'), { ...body, title: 'Ancient' }, 10);
  hub.older.push({ state, status: 'idle', attention: 0, reason: null });
  openFace(hub);
  await inMenu('worker', 'Older sessions…');
  const list = dialog('Sessions of worker');
  const older = list.getByRole('button', { name: 'Older ones' });
  for (let shown = 100; shown <= SESSIONS_LISTED; shown += 100) {
    await expect.element(list.getByRole('searchbox')).toHaveAttribute('placeholder', `Search these ${shown} sessions`);
    await older.click();
  }
  await list.getByRole('searchbox').fill('ancient');
  await list.getByRole('button', { name: /Ancient/ }).click();
  await expect.element(box('worker')).toHaveAttribute('data-agent-status', 'idle');
});

test('a restart of the machine tells what would end before it does it', async () => {
  const hub = sampleHub();
  openFace(hub);
  await page.getByRole('button', { name: 'Machine: this machine' }).click();
  await page.getByRole('menuitem', { name: 'Restart machine…' }).click();
  const question = dialog('Restart the machine process?');
  await expect.element(question.getByText(/3 agents/)).toBeVisible();
  expect(lastInput(hub, 'misc.restartMachine')).toBeUndefined();
  await question.getByRole('button', { name: 'Restart' }).click();
  await expect.poll(() => lastInput(hub, 'misc.restartMachine')).toBeDefined();
});
