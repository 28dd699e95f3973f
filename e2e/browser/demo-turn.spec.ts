import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'demo-turn' } });

let folder: string;
let box: ProjectBox;

test.beforeEach(async ({ agor, page }, { title }) => {
  const name = `p${title.length}-${title.split(' ').slice(0, 3).join('-')}`.replaceAll(/[^\w-]/g, '');
  folder = await agor.project(name);
  box = new ProjectBox(page, name);
  await expect(box.composer).toBeVisible();
});

test.afterEach(async ({ agor }) => {
  const projects = JSON.parse(await agor.agor('project', 'ls', '--json')) as { id: string; name: string }[];
  for (const { id } of projects.filter(({ name }) => name === box.name)) await agor.agor('project', 'rm', id);
});

test('a prompt is thought about, answered, and asks before it writes: A allows it, and the file is on disk', async () => {
  await box.prompt('please note that tea is ready');
  const card = box.ask('Permission', 'Write README.md');
  await expect(card).toBeVisible();
  await expect(box.transcript.getByRole('button', { name: /Thought/ })).toBeVisible();
  await expect(box.transcript).toContainText('I will look at the project first.');
  await expect(box.transcript.getByRole('region', { name: 'Bash ls -A' })).toBeVisible();
  expect(existsSync(join(folder, 'README.md'))).toBe(false);
  await box.answerByKey(card, 'a');
  await box.turnsEnded(1);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('please note that tea is ready');
  await expect(box.transcript.getByText('Allowed in the browser')).toBeVisible();
});

test('a denied write leaves no file, and the reason reaches the agent', async () => {
  await box.prompt('write never.txt words');
  const card = box.ask('Permission');
  await card.getByRole('button', { name: 'Say why not' }).click();
  await card.getByRole('textbox', { name: 'What the agent is told with the denial' }).fill('not on a Sunday');
  await box.answer(card, 'Deny and say so');
  await box.turnsEnded(1);
  await expect(box.transcript).toContainText('Nothing was written.');
  await expect(box.transcript).toContainText('not on a Sunday');
  expect(existsSync(join(folder, 'never.txt'))).toBe(false);
});

test('questions are answered in the card, and the answers reach the agent', async () => {
  await box.prompt('question');
  const card = box.ask('Question');
  await card.getByRole('radio', { name: /SQLite/ }).check();
  await card.getByRole('checkbox', { name: /Types/ }).check();
  await card.getByRole('checkbox', { name: /Tests/ }).check();
  await box.answer(card, /Answer|Send/);
  await box.turnsEnded(1);
  await expect(box.transcript).toContainText('Which checks should run? Types, Tests');
});

test('a plan can be rejected with what to change, and approved', async () => {
  await box.prompt('plan');
  const card = box.ask('Plan');
  await card.getByRole('button', { name: 'Say what to change' }).click();
  await card.getByRole('textbox', { name: 'What to change in the plan' }).fill('begin with the tests');
  await box.answer(card, 'Reject and say so');
  await expect(box.transcript).toContainText('The plan was rejected: begin with the tests');
  await box.prompt('plan');
  await box.answer(card, /Approve, edit without asking/);
  await expect(box.transcript).toContainText('The plan was approved; the mode is now acceptEdits.');
  await box.prompt('write unasked.txt words');
  await box.turnsEnded(3);
  expect(existsSync(join(folder, 'unasked.txt'))).toBe(true);
});

test('prompts that are given while the agent works wait in line, can be changed, and can be taken back', async ({
  page,
}) => {
  await box.prompt('wait');
  await expect(box.transcript).toContainText('I wait until you interrupt me.');
  await box.prompt('say one');
  await box.prompt('say two');
  const queue = box.region.getByRole('list', { name: 'Queued prompts' });
  await expect(queue.getByRole('listitem')).toHaveCount(2);
  await queue.getByRole('button', { name: 'Edit queued prompt 1' }).click();
  const field = queue.getByRole('textbox', { name: 'Queued prompt 1' });
  await field.fill('say changed');
  await field.press('Enter');
  await expect(queue).toContainText('say changed');
  await queue.getByRole('button', { name: 'Take queued prompt 2 back' }).click();
  await expect(queue.getByRole('listitem')).toHaveCount(1);
  await box.composer.focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await box.turnsEnded(2);
  await expect(box.transcript).toContainText('changed');
  await expect(box.transcript).not.toContainText('two');
  await expect(queue).toBeHidden();
});

test('Stop interrupts a turn and keeps what was said; a new session begins empty and the old one stays', async ({
  page,
}) => {
  // Slow enough that what is said until the interrupt fits on the screen, however busy the computer is.
  await box.prompt('slow pace=40 n=5000');
  await expect.poll(async () => (await box.text()).length).toBeGreaterThan(200);
  await box.region.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(box.transcript.getByText('interrupted').first()).toBeVisible();
  const said = await box.text();
  expect(said.length).toBeGreaterThan(200);
  await box.newSession();
  await box.prompt('say fresh start');
  await box.turnsEnded(1);
  await expect(box.transcript).not.toContainText('slow pace');
  await page.getByRole('button', { name: `${box.name}: session menu` }).click();
  await page.getByRole('menuitem', { name: /slow pace/ }).click();
  await expect.poll(() => box.text()).toBe(said);
});

test('an agent that dies fails visibly, and goes on after Restart', async () => {
  await box.prompt('crash mid-stream');
  await expect(box.transcript.getByRole('alert', { name: "The agent's process ended" })).toContainText('SIGKILL');
  await box.region.getByRole('button', { name: 'Restart' }).click();
  await expect(box.region.getByRole('button', { name: 'Restart' })).toBeHidden();
  await box.prompt('say alive again');
  await box.turnsEnded(1);
  await expect(box.transcript).toContainText('I remember our conversation');
  await expect(box.transcript).toContainText('alive again');
});
