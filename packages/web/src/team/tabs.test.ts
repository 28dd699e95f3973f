import { AgentId, GroupId, OPERATOR, ProjectId } from '@agor/protocol';
import { ORPCError } from '@orpc/server';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

const shop = GroupId.parse('shop');
let hub: FakeHub;
beforeEach(async () => {
  await page.viewport(1600, 900);
  hub = sampleHub();
  const agent = (name: string, role: string) => ({ id: ProjectId.parse(name), name, role, enabled: true });
  const roles = [{ id: 'lead', label: 'Lead', icon: '🤖', description: '', workflow: '', rights: 'manager' as const }];
  hub.changeGroups((file) => ({
    ...file,
    groups: file.groups.map((group) =>
      group.id === shop
        ? { ...group, roles, agents: [agent('mira', 'manager'), agent('tess', 'tester'), agent('lea', 'lead')] }
        : group,
    ),
  }));
});
const box = (name: string) => page.getByRole('region', { name, exact: true });
const panel = page.getByRole('region', { name: 'Agents of Shop' });
const rail = (name: RegExp | string) => page.getByTestId('sidebar-rail').getByRole('button', { name });

async function openTab(name: string, tab: string) {
  await box(name).getByRole('tab', { name: tab, exact: true }).click();
  return box(name).getByRole('tabpanel', { name: tab, exact: true });
}
const card = (of: ReturnType<typeof box>, title: string) => of.getByRole('button', { name: new RegExp(`^${title},`) });

test('the board in a box begins with what its agent has to do; a manager’s, or who has the rights of one, with everything', async () => {
  hub.team.addTask({ title: 'One', groupId: shop, assignedTo: AgentId.parse('web-shop') });
  hub.team.addTask({ title: 'Two', groupId: shop, assignedTo: AgentId.parse('tess') });
  openFace(hub);
  const shown = async (name: string, titles: readonly string[]) => {
    const tab = await openTab(name, 'Tasks');
    for (const title of ['One', 'Two'])
      if (titles.includes(title)) await expect.element(card(tab, title)).toBeVisible();
      else await expect.element(card(tab, title)).not.toBeInTheDocument();
  };
  await shown('web-shop', ['One']);
  await shown('tess', ['Two']);
  await shown('mira', ['One', 'Two']);
  await shown('lea', ['One', 'Two']);
  const tab = await openTab('web-shop', 'Tasks');
  const filter = tab.getByRole('combobox', { name: 'Show tasks of' });
  await expect.element(filter).toHaveDisplayValue('Assigned to web-shop');
  await filter.selectOptions('Whole group');
  await expect.element(card(tab, 'Two')).toBeVisible();
  // What was chosen is still so after a look at another tab.
  await openTab('web-shop', 'Model');
  await openTab('web-shop', 'Tasks');
  await expect.element(filter).toHaveDisplayValue('Whole group');
});

test('who has nothing to do is told so, with the way to what the others have', async () => {
  hub.team.addTask({ title: 'One', groupId: shop });
  openFace(hub);
  const tab = await openTab('worker', 'Tasks');
  await expect.element(tab.getByText(/Nothing is assigned to worker\.\s+The group has 1\./)).toBeVisible();
  await tab.getByRole('button', { name: 'Show the whole group' }).click();
  await expect.element(card(tab, 'One')).toBeVisible();
});

test('a group without tasks is told what they are for and how agents make them; one that is added goes to this box’s agent', async () => {
  openFace(hub);
  const tab = await openTab('worker', 'Tasks');
  await expect.element(tab.getByText('Nothing to do yet')).toBeVisible();
  await expect.element(tab.getByText(/^bttask add/)).toBeVisible();
  await tab.getByRole('button', { name: 'Add task' }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Add task' });
  await expect.element(dialog.getByRole('combobox', { name: 'Assignee' })).toHaveDisplayValue('worker (project)');
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Back off');
  await dialog.getByRole('button', { name: 'Add task' }).click();
  await expect.element(card(tab, 'Back off')).toBeVisible();
  expect(hub.team.tasks).toMatchObject([{ title: 'Back off', assignedTo: 'worker', groupId: 'shop' }]);
});

test('two boxes and the drawer show one board: who was slower is told so where they were', async () => {
  const task = hub.team.addTask({ title: 'One', groupId: shop, assignedTo: AgentId.parse('web-shop') });
  openFace(hub);
  const mine = await openTab('web-shop', 'Tasks');
  const manager = await openTab('mira', 'Tasks');
  await expect.element(card(manager, 'One')).toBeVisible();
  (card(manager, 'One').element() as HTMLElement).focus();
  await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
  await expect.element(mine.getByRole('region', { name: 'In progress, 1' })).toMatchTextContent(/One/);
  // Changed meanwhile, and the news has not come yet.
  Object.assign(task, { status: 'review', version: task.version + 1 });
  (card(mine, 'One').element() as HTMLElement).focus();
  await userEvent.keyboard('{Shift>}{ArrowLeft}{/Shift}');
  await expect
    .element(mine.getByRole('alert'))
    .toMatchTextContent(/was changed meanwhile: it is at version 3, review\./);
  await expect.element(mine.getByRole('region', { name: 'Review, 1' })).toMatchTextContent(/One/);
  await expect.element(manager.getByRole('alert')).not.toBeInTheDocument();
});

test('a task that is asked for from elsewhere opens once, in the drawer', async () => {
  openFace(hub);
  await openTab('mira', 'Tasks');
  await userEvent.keyboard('{Control>}k{/Control}');
  await page.getByTestId('palette-input').fill('>add task');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('dialog', { name: 'Add task' })).toBeVisible();
  expect(page.getByRole('dialog').elements()).toHaveLength(1);
  await expect.element(page.getByRole('complementary', { name: 'Tasks' })).toBeInTheDocument();
});

test('a board that can not be had says why, and is asked for again', async () => {
  hub.failNext.set('bttask.board', new ORPCError('REJECTED', { message: 'The database is locked.' }));
  openFace(hub);
  const tab = await openTab('mira', 'Tasks');
  await expect.element(tab.getByRole('alert')).toMatchTextContent(/could not be loaded\. The database is locked\./);
  await tab.getByRole('button', { name: 'Try again' }).click();
  await expect.element(tab.getByText('Nothing to do yet')).toBeVisible();
});

test('the audit log in a box begins with its agent, and leads to everyone’s and to the conversation', async () => {
  hub.team.note('web-shop', 'btmsg_sent', 'to mira: it is done');
  hub.team.note('mira', 'wake_event', 'a message came');
  hub.team.note(OPERATOR, 'status_change', 'you stopped everything');
  openFace(hub);
  const tab = await openTab('web-shop', 'Audit');
  await expect.element(tab.getByText('to mira: it is done')).toBeVisible();
  await expect.element(tab.getByText('a message came')).not.toBeInTheDocument();
  const who = tab.getByRole('combobox', { name: 'Who' });
  await expect.element(who).toHaveDisplayValue('web-shop');
  await who.selectOptions('You (admin)');
  await expect.element(tab.getByText('you stopped everything')).toBeVisible();
  await who.selectOptions('Everyone');
  const rows = () => [...tab.element().querySelectorAll('li p')].map((row) => row.textContent);
  await expect.poll(rows).toEqual(['you stopped everything', 'a message came', 'to mira: it is done']);
  await tab.getByRole('combobox', { name: 'Type' }).selectOptions('woken');
  await expect.poll(rows).toEqual(['a message came']);
  await tab.getByRole('button', { name: 'mira', exact: true }).click();
  const comms = page.getByRole('complementary', { name: 'Comms' });
  await expect.element(comms.getByRole('textbox', { name: 'Message to mira' })).toBeVisible();
});

test('an agent that did nothing yet is no dead end in the audit log', async () => {
  hub.team.note('mira', 'wake_event', 'a message came');
  openFace(hub);
  const tab = await openTab('worker', 'Audit');
  await expect.element(tab.getByText('Nothing by worker yet')).toBeVisible();
  await tab.getByRole('button', { name: 'Show everything' }).click();
  await expect.element(tab.getByText('a message came')).toBeVisible();
});

test('the strip of agents says who is there, how they are and what they wrote, and leads to their boxes', async () => {
  hub.team.say('mira', 'admin', 'Which database?');
  hub.team.say('web-shop', 'mira', 'Done.');
  openFace(hub);
  await expect
    .element(panel.getByRole('button', { name: 'mira, not started, claude, 1 to read, manager' }))
    .toBeVisible();
  await panel.getByRole('button', { name: 'billing-api, waiting for you, sonnet, project' }).click();
  await expect.element(box('billing-api')).toHaveAttribute('data-focused');
  await panel.getByRole('button', { name: '1 unread from mira' }).click();
  await expect.element(page.getByRole('log').getByText('Which database?')).toBeVisible();
  await expect.element(panel.getByRole('button', { name: '1 unread from mira' })).not.toBeInTheDocument();
});

test('what the hub does not tell of the team is no end of the strip: agents are there, and it is asked again', async () => {
  hub.failNext.set('btmsg.status', new ORPCError('REJECTED', { message: 'The database is locked.' }));
  openFace(hub);
  await expect.element(panel.getByRole('alert')).toMatchTextContent(/The database is locked\./);
  await expect.element(panel.getByRole('button', { name: 'mira, not started, claude, manager' })).toBeVisible();
  await panel.getByRole('button', { name: 'Try again' }).click();
  await expect.element(panel.getByRole('alert')).not.toBeInTheDocument();
});

test('agents are started and stopped from the strip', async () => {
  openFace(hub);
  await panel.getByRole('button', { name: 'Start mira' }).click();
  await expect
    .poll(() => lastInput(hub, 'agent.query'))
    .toMatchObject({ prompt: { text: expect.stringContaining('Start your work') } });
  await panel.getByRole('button', { name: 'Stop web-shop' }).click();
  await expect.poll(() => lastInput(hub, 'agent.stop')).toBeDefined();
});

test('the strip is closed and stays so in the next visit; without role agents there is none', async () => {
  const first = await openFace(hub);
  await panel.getByRole('button', { name: 'Agents 6' }).click();
  await expect.element(panel.getByRole('button', { name: /mira/ })).not.toBeInTheDocument();
  await expect.element(panel.getByText('1 waiting for you')).toBeVisible();
  expect(JSON.parse(localStorage.getItem('agor.workspace') ?? '{}')).toMatchObject({ agentsOpen: false });
  hub.changeGroups((file) => ({ ...file, groups: file.groups.map((group) => ({ ...group, agents: [] })) }));
  await expect.element(panel).not.toBeInTheDocument();
  first.unmount();
});

test('at 390 px the strip is closed, until it is opened', async () => {
  await page.viewport(390, 800);
  openFace(hub);
  await expect.element(panel.getByRole('button', { name: 'Agents 6' })).toHaveAttribute('aria-expanded', 'false');
  await panel.getByRole('button', { name: 'Agents 6' }).click();
  await expect.element(panel.getByRole('button', { name: /^mira, not started/ })).toBeVisible();
});

test('tabs that have no room are reached by a menu, and the chosen one is brought into sight', async () => {
  await page.viewport(540, 800);
  openFace(hub);
  await box('mira').getByRole('button', { name: 'All tabs of mira' }).click();
  await page.getByRole('menuitemradio', { name: 'Audit' }).click();
  const tab = box('mira').getByRole('tab', { name: 'Audit' });
  await expect.element(tab).toHaveAttribute('aria-selected', 'true');
  const bar = box('mira').getByRole('tablist', { name: 'mira: tabs' });
  const within = () => {
    const [inner, outer] = [tab.element(), bar.element()].map((each) => each.getBoundingClientRect());
    return inner && outer && inner.left >= outer.left && inner.right <= outer.right + 1;
  };
  await expect.poll(within).toBe(true);
  (tab.element() as HTMLElement).focus();
  await userEvent.keyboard('{Home}');
  await expect.element(box('mira').getByRole('tab', { name: 'Model' })).toHaveFocus();
  await expect.poll(() => bar.element().scrollLeft).toBe(0);
});

test('with the board in the drawer and in a box, keys act on the one that has the focus', async () => {
  hub.team.addTask({ title: 'One', groupId: shop });
  openFace(hub);
  await openTab('mira', 'Tasks');
  await rail('Tasks').click();
  const drawer = page.getByRole('complementary', { name: 'Tasks' });
  await expect.element(card(drawer, 'One')).toBeVisible();
  (card(drawer, 'One').element() as HTMLElement).focus();
  await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
  await expect.poll(() => drawer.element().contains(document.activeElement)).toBe(true);
  await expect.element(drawer.getByRole('region', { name: 'In progress, 1' })).toMatchTextContent(/One/);
});
