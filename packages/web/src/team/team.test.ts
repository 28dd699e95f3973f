import { AgentId, GroupId, ProjectId, type Task } from '@agor/protocol';
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
  const mira = { id: ProjectId.parse('mira'), name: 'Mira', role: 'manager', enabled: true };
  hub.changeGroups((file) => ({
    ...file,
    groups: file.groups.map((group) => (group.id === shop ? { ...group, agents: [mira] } : group)),
  }));
});
const rail = (name: RegExp | string) => page.getByTestId('sidebar-rail').getByRole('button', { name });
const column = (name: RegExp) => page.getByRole('group', { name: 'Board of Shop' }).getByRole('region', { name });
const card = (title: string) => page.getByRole('button', { name: new RegExp(`^${title},`) });

async function openComms() {
  await rail(/^Comms/).click();
  return page.getByRole('complementary', { name: 'Comms' });
}
async function openBoard() {
  await rail('Tasks').click();
  return page.getByRole('complementary', { name: 'Tasks' });
}

test('what an agent writes to the operator is counted on the rail, and is read when its conversation is opened', async () => {
  openFace(hub);
  await expect.element(rail('Comms')).toBeVisible();
  hub.team.say('mira', 'admin', 'The export is ready.');
  hub.team.say('mira', 'admin', 'And the tests are green.');
  await expect.element(rail('Comms, 2 unread')).toBeVisible();
  const comms = await openComms();
  await comms.getByRole('button', { name: 'Mira, manager, stopped, 2 unread' }).click();
  await expect.element(comms.getByRole('log').getByText('And the tests are green.')).toBeVisible();
  await expect.element(rail('Comms')).toBeVisible();
  expect(hub.team.messages.every(({ read }) => read)).toBe(true);
});

test('Enter sends, Shift+Enter does not, and what was not sent stays in the field', async () => {
  openFace(hub);
  const comms = await openComms();
  await comms.getByRole('button', { name: /^web-shop, project/ }).click();
  await expect.element(comms.getByText('Nothing said yet')).toBeVisible();
  const field = comms.getByRole('textbox', { name: 'Message to web-shop' });
  await field.click();
  await userEvent.keyboard('first{Shift>}{Enter}{/Shift}second');
  hub.failNext.set('btmsg.send', new ORPCError('REJECTED', { message: 'Not now.' }));
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('The message was not sent')).toBeVisible();
  await expect.element(field).toHaveValue('first\nsecond');
  await userEvent.keyboard('{Enter}');
  await expect.element(field).toHaveValue('');
  expect(lastInput(hub, 'btmsg.send')).toEqual({ to: 'web-shop', content: 'first\nsecond' });
  await expect.element(comms.getByRole('article', { name: 'You' })).toBeVisible();
});

test('an answer names what it answers, and shows it', async () => {
  hub.team.say('mira', 'admin', 'Which database?');
  openFace(hub);
  const comms = await openComms();
  await comms.getByRole('button', { name: /^Mira, manager/ }).click();
  await comms.getByRole('button', { name: 'Answer “Which database?”' }).click();
  await userEvent.keyboard('SQLite{Enter}');
  const mine = comms.getByRole('article', { name: 'You' });
  await expect.element(mine.getByText('Mira: Which database?')).toBeVisible();
  await expect.element(mine.getByRole('img', { name: 'not read yet' })).toBeInTheDocument();
  expect(lastInput(hub, 'btmsg.reply')).toMatchObject({ content: 'SQLite' });
});

test('the feed shows what agents write to each other, as they do', async () => {
  openFace(hub);
  const comms = await openComms();
  await expect.element(comms.getByText('Nobody has written yet')).toBeVisible();
  hub.team.say('mira', 'worker', 'Please take the retries.');
  await expect
    .element(comms.getByRole('article', { name: 'Mira to worker' }))
    .toMatchTextContent(/Please take the retries\./);
});

test('a channel is made with a name that the hub takes, and agents are brought into it', async () => {
  openFace(hub);
  const comms = await openComms();
  await comms.getByRole('button', { name: 'New channel' }).click();
  const name = comms.getByRole('textbox', { name: 'Name of the new channel' });
  await name.fill('Our Releases');
  await expect.element(comms.getByRole('alert')).toMatchTextContent(/a channel is named by lower-case letters/);
  await name.fill('releases');
  await comms.getByRole('button', { name: 'Create' }).click();
  await expect.element(comms.getByRole('heading', { name: '#releases' })).toBeVisible();
  await comms.getByRole('combobox', { name: 'Add an agent to this channel' }).selectOptions('mira');
  await expect.element(comms.getByText('Mira', { exact: true }).last()).toBeVisible();
  await comms.getByRole('textbox', { name: 'Message to #releases' }).fill('Ship it');
  await userEvent.keyboard('{Enter}');
  await expect.element(comms.getByRole('log').getByText('Ship it')).toBeVisible();
});

test('without role agents the list says how to add one', async () => {
  hub.changeGroups((file) => ({ ...file, groups: file.groups.map((group) => ({ ...group, agents: [] })) }));
  openFace(hub);
  const comms = await openComms();
  await expect.element(comms.getByText(/No role agents yet/)).toBeVisible();
});

test('at 390 px the list and the conversation take turns', async () => {
  await page.viewport(390, 800);
  openFace(hub);
  const comms = await openComms();
  await comms.getByRole('button', { name: /^Mira, manager/ }).click();
  await expect.element(comms.getByRole('button', { name: 'Activity feed' })).not.toBeInTheDocument();
  await comms.getByRole('button', { name: 'Back to all conversations' }).click();
  await expect.element(comms.getByRole('button', { name: 'Activity feed' })).toBeVisible();
});

test('a list that can not be had says why, and is asked for again', async () => {
  hub.failNext.set('bttask.board', new ORPCError('REJECTED', { message: 'The database is locked.' }));
  openFace(hub);
  const board = await openBoard();
  await expect
    .element(board.getByRole('alert'))
    .toMatchTextContent(/The board could not be loaded\. The database is locked\./);
  await board.getByRole('button', { name: 'Try again' }).click();
  await expect.element(board.getByText(/Nothing to do yet/)).toBeVisible();
});

test('a task is added, commented, assigned, moved and deleted', async () => {
  openFace(hub);
  const board = await openBoard();
  await board.getByRole('button', { name: 'Add task' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Stream the export');
  await page.getByRole('combobox', { name: 'Priority', exact: true }).selectOptions('high');
  await page.getByRole('dialog').getByRole('button', { name: 'Add task' }).click();
  await card('Stream the export').click();
  const dialog = page.getByRole('dialog', { name: 'Stream the export' });
  await dialog.getByRole('textbox', { name: 'New comment' }).fill('By cursor, please');
  await userEvent.keyboard('{Enter}');
  await expect.element(dialog.getByText('By cursor, please')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Assignee' }).selectOptions('billing-api');
  await expect.element(dialog.getByRole('combobox', { name: 'Assignee' })).toHaveValue('billing-api');
  await dialog.getByRole('combobox', { name: 'Status' }).selectOptions('progress');
  await expect.element(dialog.getByRole('combobox', { name: 'Status' })).toHaveValue('progress');
  expect(hub.team.tasks).toMatchObject([
    { title: 'Stream the export', status: 'progress', priority: 'high', assignedTo: 'billing-api', comments: 1 },
  ]);
  await dialog.getByRole('button', { name: 'Delete task…' }).click();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(card('Stream the export')).not.toBeInTheDocument();
});

test('arrow keys go from card to card, Shift with an arrow moves the card and the focus stays on it', async () => {
  hub.team.addTask({ title: 'One', groupId: shop });
  hub.team.addTask({ title: 'Two', groupId: shop });
  hub.team.addTask({ title: 'Three', groupId: shop, status: 'review' });
  openFace(hub);
  await openBoard();
  const focused = () => document.activeElement?.getAttribute('aria-label')?.split(',')[0];
  await expect.element(card('One')).toBeVisible();
  (card('One').element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowDown}');
  await expect.poll(focused).toBe('Two');
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(focused).toBe('Three');
  await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
  await expect.element(column(/^Done, 1/)).toMatchTextContent(/Three/);
  await expect.poll(focused).toBe('Three');
  await expect.element(page.getByText('Three is in Done')).toBeInTheDocument();
});

test('a card is dragged into another column, and its menu does the same', async () => {
  hub.team.addTask({ title: 'One', groupId: shop });
  openFace(hub);
  await openBoard();
  await card('One').dropTo(column(/^Blocked/));
  await expect.element(column(/^Blocked, 1/)).toMatchTextContent(/One/);
  await page.getByRole('button', { name: 'Move One' }).click();
  await page.getByRole('menuitem', { name: 'Move to Review' }).click();
  await expect.element(column(/^Review, 1/)).toMatchTextContent(/One/);
});

test('what others do is on the board as they do it; who was slower is told so and sees the newer card', async () => {
  const task: Task = hub.team.addTask({ title: 'One', groupId: shop });
  openFace(hub);
  const board = await openBoard();
  await expect.element(column(/^To do, 1/)).toMatchTextContent(/One/);
  hub.team.change(task.id, { status: 'progress' });
  await expect.element(column(/^In progress, 1/)).toMatchTextContent(/One/);
  // Changed meanwhile, and the news has not come yet.
  Object.assign(task, { status: 'review', version: task.version + 1, assignedTo: AgentId.parse('mira') });
  (card('One').element() as HTMLElement).focus();
  await userEvent.keyboard('{Shift>}{ArrowLeft}{/Shift}');
  await expect
    .element(board.getByRole('alert'))
    .toMatchTextContent(/"One" was changed meanwhile: it is at version 3, review\./);
  await expect.element(column(/^Review, 1/)).toMatchTextContent(/Mira/);
});

test('the filter shows whose and how urgent, and columns say how much it hides', async () => {
  hub.team.addTask({ title: 'One', groupId: shop, assignedTo: AgentId.parse('mira') });
  hub.team.addTask({ title: 'Two', groupId: shop, priority: 'critical' });
  openFace(hub);
  const board = await openBoard();
  await board.getByRole('combobox', { name: 'Show tasks of' }).selectOptions('mira');
  await expect.element(card('Two')).not.toBeInTheDocument();
  await expect.element(column(/^To do/)).toMatchTextContent(/1 of 2/);
  await board.getByRole('combobox', { name: 'Show tasks of' }).selectOptions('');
  await board.getByRole('combobox', { name: 'Show priority' }).selectOptions('critical');
  await expect.element(card('One')).not.toBeInTheDocument();
});

test('words that the person writes are kept when the task changes under them', async () => {
  const task = hub.team.addTask({ title: 'One', groupId: shop });
  openFace(hub);
  await openBoard();
  await card('One').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Description' }).fill('mine');
  hub.team.change(task.id, { description: 'theirs' });
  await expect.element(dialog.getByText(/was changed while you wrote/)).toBeVisible();
  await expect.element(dialog.getByRole('textbox', { name: 'Description' })).toHaveValue('mine');
  await dialog.getByRole('button', { name: 'keep yours' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => hub.team.tasks[0]?.description).toBe('mine');
});

test('a role agent has a box of its own in the grid', async () => {
  openFace(hub);
  const box = page.getByRole('region', { name: 'Mira', exact: true });
  await expect.element(box.getByTitle('A role agent of this group')).toBeVisible();
});

test('a role agent is added from the empty state, changed and removed in the settings', async () => {
  hub.changeGroups((file) => ({ ...file, groups: file.groups.map((group) => ({ ...group, agents: [] })) }));
  openFace(hub);
  const comms = await openComms();
  await comms.getByRole('button', { name: 'Add role agent' }).click();
  const form = page.getByRole('form', { name: 'New role agent' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Rita');
  await form.getByRole('combobox', { name: 'Role' }).selectOptions('🔍 reviewer');
  await form.getByRole('textbox', { name: 'More ports it may connect to' }).fill('5432');
  await form.getByRole('button', { name: 'Add role agent' }).click();
  await expect.element(page.getByRole('region', { name: 'Rita', exact: true })).toBeVisible();
  expect(lastInput(hub, 'groups.addAgent')).toMatchObject({
    groupId: shop,
    name: 'Rita',
    role: 'reviewer',
    changes: { sandboxEnabled: true, sandboxPorts: ['5432'] },
  });
  await page.getByRole('button', { name: 'Edit Rita' }).click();
  await page.getByRole('checkbox', { name: 'Part of the team' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.element(page.getByRole('region', { name: 'Rita', exact: true })).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'Edit Rita' }).click();
  await page.getByRole('button', { name: 'Remove agent' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.element(page.getByRole('button', { name: 'Edit Rita' })).not.toBeInTheDocument();
});

test('a role of one’s own is made, given to an agent, and stays while somebody has it', async () => {
  openFace(hub);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Add role to Shop' }).click();
  const form = page.getByRole('form', { name: 'New role' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Technical Writer');
  await expect.element(form.getByText('Known to agents as “technical-writer”')).toBeVisible();
  await form.getByRole('combobox', { name: 'Rights' }).selectOptions('Architect: adds tasks, sees the whole board');
  await form.getByRole('textbox', { name: 'How it works' }).fill('Write it down.');
  await form.getByRole('button', { name: 'Add role' }).click();
  await expect
    .poll(() => lastInput(hub, 'groups.setRole'))
    .toMatchObject({
      groupId: shop,
      role: { id: 'technical-writer', label: 'Technical Writer', rights: 'architect', workflow: 'Write it down.' },
    });

  await page.getByRole('button', { name: 'Edit Mira' }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOptions('🤖 Technical Writer');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit the role Technical Writer' }).click();
  await expect.element(page.getByText('Mira has this role, so it stays.')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Remove role' })).not.toBeInTheDocument();
});

test('what an agent is told is shown section by section', async () => {
  openFace(hub);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Edit Mira' }).click();
  await page.getByRole('button', { name: 'Show all that it is told' }).click();
  const dialog = page.getByRole('dialog', { name: 'What Mira is told' });
  await expect.element(dialog.getByRole('region', { name: 'Messages' })).toMatchTextContent(/Write to others/);
  await expect.element(dialog.getByRole('button', { name: 'Copy all of it' })).toBeVisible();
});

test('an agent is started, stopped and shown from its conversation', async () => {
  openFace(hub);
  const comms = await openComms();
  await comms.getByRole('button', { name: /^Mira, manager/ }).click();
  await comms.getByRole('button', { name: 'Start Mira' }).click();
  await expect
    .poll(() => lastInput(hub, 'agent.query'))
    .toMatchObject({
      prompt: { text: expect.stringContaining('Start your work') },
    });
  await comms.getByRole('button', { name: 'Show Mira' }).click();
  await expect.element(page.getByRole('region', { name: 'Mira' })).toBeVisible();
  await comms.getByRole('button', { name: /^web-shop, project/ }).click();
  await comms.getByRole('button', { name: 'Stop web-shop' }).click();
  await expect.poll(() => lastInput(hub, 'agent.stop')).toBeDefined();
});
