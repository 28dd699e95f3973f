import { expectAccessible } from './axe.ts';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import type { BrowserWorld } from './world.ts';

test.use({ world: { name: 'team' } });

/** A manager, a reviewer and a worker: demo agents, which do what they are told in a shell without asking. */
async function staff(agor: BrowserWorld): Promise<void> {
  await agor.agor('group', 'add', 'Crew');
  await agor.agor('config', 'set', 'default_permission_mode', '"bypassPermissions"');
  await agor.project('web');
  const folder = agor.folder('desk');
  for (const [name, role] of [
    ['Mira', 'manager'],
    ['Judge', 'reviewer'],
  ] as const) {
    const id = await agor.agor('agent', 'add', '--group', 'Crew', '--role', role, '--name', name);
    await agor.agor('agent', 'set', id, 'provider', '"demo"');
    await agor.agor('agent', 'set', id, 'cwd', JSON.stringify(folder));
  }
}

const rail = (page: Page, name: RegExp) => page.getByTestId('sidebar-rail').getByRole('button', { name });
const column = (page: Page, name: RegExp) =>
  page.getByRole('group', { name: 'Board of Crew' }).getByRole('region', { name });
const card = (page: Page, title: string) => page.getByRole('button', { name: new RegExp(`^${title},`) });

test.beforeAll(async ({ agor }) => {
  await staff(agor);
});

test('a person and agents write to each other, live, with badges for what is unread', async ({ agor, page }) => {
  test.setTimeout(240_000);
  await rail(page, /^Comms/).click();
  const comms = page.getByRole('complementary', { name: 'Comms' });
  await comms.getByRole('button', { name: /^Mira, manager/ }).click();
  await comms.getByRole('textbox', { name: 'Message to Mira' }).fill('Is the page on its way?');
  await page.keyboard.press('Enter');
  await expect(comms.getByRole('article', { name: 'You' })).toContainText('Is the page on its way?');
  // It was not there: what it was told starts it.
  await expect(comms.getByRole('button', { name: /^Mira, manager, active/ })).toBeVisible();

  await comms.getByRole('button', { name: 'Activity feed' }).click();
  await agor.agor(
    'run',
    '--cwd',
    agor.folder('web'),
    'run btmsg send admin "The page is built." && btmsg send Mira "It is built."',
  );
  await expect(comms.getByRole('article', { name: 'web to Mira' })).toContainText('It is built.');
  await expect(rail(page, /^Comms, 1 unread/)).toBeVisible();
  await pictures(page, agor, 'comms-feed');
  await comms.getByRole('button', { name: /^web, project.*1 unread/ }).click();
  await expect(comms.getByRole('log').getByText('The page is built.')).toBeVisible();
  await expect(rail(page, /^Comms$/)).toBeVisible();
  await comms.getByRole('button', { name: 'Answer “The page is built.”' }).click();
  await comms.getByRole('textbox', { name: 'Message to web' }).fill('Thank you. **Well** done.');
  await page.keyboard.press('Enter');
  await expect(comms.getByRole('article', { name: 'You' })).toContainText('web: The page is built.');
  await pictures(page, agor, 'comms-direct');

  await comms.getByRole('button', { name: 'New channel' }).click();
  await comms.getByRole('textbox', { name: 'Name of the new channel' }).fill('releases');
  await comms.getByRole('button', { name: 'Create' }).click();
  await comms.getByRole('combobox', { name: 'Add an agent to this channel' }).selectOption({ label: 'Mira' });
  await comms.getByRole('textbox', { name: 'Message to #releases' }).fill('We ship on Friday.');
  await page.keyboard.press('Enter');
  await expect(comms.getByRole('log').getByText('We ship on Friday.')).toBeVisible();
  await pictures(page, agor, 'comms-channel');

  await comms.getByRole('button', { name: 'Activity feed' }).click();
  await comms.getByRole('button', { name: 'Remove all messages' }).click();
  const sure = page.getByRole('dialog');
  await sure.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(comms.getByText('Nobody has written yet')).toBeVisible();
});

test('tasks are made, moved by mouse and keys, commented, and change under everyone’s eyes', async ({
  agor,
  page,
  openWindow,
}) => {
  test.setTimeout(240_000);
  const other = await openWindow();
  for (const each of [page, other]) await rail(each, /^Tasks/).click();
  const add = async (title: string, priority: string) => {
    await page.getByRole('complementary', { name: 'Tasks' }).getByRole('button', { name: 'Add task' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Title' }).fill(title);
    await dialog.getByRole('combobox', { name: 'Priority' }).selectOption(priority);
    await dialog.getByRole('combobox', { name: 'Assignee' }).selectOption({ label: 'web (project)' });
    await dialog.getByRole('button', { name: 'Add task' }).click();
    await expect(card(other, title)).toBeVisible();
  };
  await add('Build the page', 'high');
  await add('Write the tests', 'medium');
  await add(
    'A longer title that says in many words what there is to be done about the invoices of last year',
    'critical',
  );

  await card(page, 'Build the page').dragTo(column(page, /^In progress/));
  await expect(column(other, /^In progress, 1/)).toContainText('Build the page');
  await card(other, 'Build the page').focus();
  await other.keyboard.press('Shift+ArrowRight');
  await expect(column(page, /^Review, 1/)).toContainText('Build the page');

  await card(page, 'Write the tests').click();
  const dialog = page.getByRole('dialog', { name: 'Write the tests' });
  await dialog.getByRole('textbox', { name: 'New comment' }).fill('By property, please.');
  await page.keyboard.press('Enter');
  await expect(card(other, 'Write the tests')).toHaveAttribute('aria-label', /1 comment/);
  await dialog
    .getByRole('combobox', { name: 'Add a task that must be done first' })
    .selectOption({ label: 'Build the page' });
  await expect(card(other, 'Write the tests')).toHaveAttribute('aria-label', /waits for Build the page/);

  // Two write at once: the slower one is told, and keeps its words.
  await dialog.getByRole('textbox', { name: 'Description' }).fill('mine');
  await card(other, 'Write the tests').click();
  const theirs = other.getByRole('dialog', { name: 'Write the tests' });
  await theirs.getByRole('textbox', { name: 'Description' }).fill('theirs');
  await theirs.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText(/was changed while you wrote/)).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: 'Description' })).toHaveValue('mine');
  await pictures(page, agor, 'task');
  await page.keyboard.press('Escape');
  await other.close();
  await pictures(page, agor, 'tasks');
});

test('each box has the board and the audit log, first of all its own; the strip of agents leads from box to box', async ({
  agor,
  page,
}) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1366, height: 768 });
  const box = (name: string) => page.getByRole('region', { name, exact: true });
  const open = async (name: string, tab: string) => {
    await box(name).getByRole('tab', { name: tab, exact: true }).click();
    return box(name).getByRole('tabpanel', { name: tab, exact: true });
  };
  const strip = page.getByRole('region', { name: 'Agents of Crew' });
  await strip.getByRole('button', { name: /^web, .*project$/ }).click();
  await expect(box('web')).toHaveAttribute('data-focused');

  const board = await open('web', 'Tasks');
  await expect(board.getByRole('combobox', { name: 'Show tasks of' })).toHaveValue(/./);
  await board.getByRole('button', { name: 'Add task' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Name the page');
  await dialog.getByRole('button', { name: 'Add task' }).click();
  await expect(board.getByRole('button', { name: /^Name the page, Medium, web/ })).toBeVisible();
  const whole = await open('Mira', 'Tasks');
  await expect(whole.getByRole('combobox', { name: 'Show tasks of' })).toHaveValue('');
  await expect(whole.getByRole('button', { name: /^Name the page,/ })).toBeVisible();
  await expectAccessible(page, 'boards in boxes');
  await pictures(page, agor, 'tab-tasks');

  const log = await open('web', 'Audit');
  await expect(log.getByRole('listitem').filter({ hasText: 'sent' }).first()).toBeVisible();
  await log.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'Everyone' });
  await expect(log.getByRole('listitem').filter({ hasText: 'You' }).first()).toBeVisible();
  await open('Mira', 'Audit');
  await expectAccessible(page, 'audit logs in boxes');
  await pictures(page, agor, 'tab-audit');
});

test('roles, role agents and what they are told stand in the settings', async ({ agor, page }) => {
  test.setTimeout(240_000);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Add role to Crew' }).click();
  const role = page.getByRole('form', { name: 'New role' });
  await role.getByRole('textbox', { name: 'Icon' }).fill('✍️');
  await role.getByRole('textbox', { name: 'Name' }).fill('Technical Writer');
  await role.getByRole('combobox', { name: 'Rights' }).selectOption('architect');
  await role.getByRole('textbox', { name: 'How it works' }).fill('1. Read what was merged.\n2. Write it down.');
  await pictures(page, agor, 'role');
  await role.getByRole('button', { name: 'Add role' }).click();
  await expect(page.getByRole('button', { name: 'Edit the role Technical Writer' })).toBeVisible();
  await pictures(page, agor, 'roles');

  await page.getByRole('button', { name: 'Edit Judge' }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOption('technical-writer');
  await pictures(page, agor, 'role-agent');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit the role Technical Writer' }).click();
  await expect(page.getByText('Judge has this role, so it stays.')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Edit Judge' }).click();
  await page.getByRole('button', { name: 'Show all that it is told' }).click();
  const told = page.getByRole('dialog', { name: 'What Judge is told' });
  await expect(told.getByRole('region', { name: 'Identity' })).toContainText('You are Judge, the Technical Writer');
  await expect(told.getByRole('region', { name: 'Workflow' })).toContainText('Read what was merged.');
  await pictures(page, agor, 'told');
});
