import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'every-agent' } });

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

async function openSettings(page: Page, section: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: section }).click();
}

test('a prompt goes into the turn that runs, and one that waited in line can follow it', async () => {
  await box.prompt('write steered.txt words');
  const card = box.ask('Permission');
  await expect(card).toBeVisible();
  await box.composer.fill('use tabs');
  await box.composer.press('Control+Enter');
  await expect(box.composer).toHaveValue('');
  await box.prompt('and no semicolons');
  await box.region.getByRole('button', { name: 'Send queued prompt 1 into this turn' }).click();
  await expect(box.region.getByRole('list', { name: 'Queued prompts' })).toBeHidden();
  await box.answer(card, /Allow/);
  await box.turnsEnded(1);
  await expect(box.transcript).toContainText('You said while I worked: use tabs');
  await expect(box.transcript).toContainText('You said while I worked: and no semicolons');
});

test('an agent of a new project is confined, the shield says how far, and a change waits for the next start', async ({
  page,
}) => {
  await box.prompt('say hello');
  await box.turnsEnded(1);
  const shield = box.region.getByTestId('sandbox-shield');
  await expect(shield).toHaveAttribute('data-sandbox', /^(on|partial|none)$/);
  await shield.click();
  const popover = page.getByRole('dialog', { name: `Sandbox of ${box.name}` });
  await expect(popover.getByRole('list', { name: 'Rules of the sandbox' }).getByRole('listitem')).toHaveCount(8);
  await popover.getByRole('button', { name: 'Change in project settings' }).click();
  await page.getByRole('textbox', { name: 'More ports it may connect to' }).fill('5432');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await box.region.getByRole('button', { name: /changed$/ }).click();
  await popover.getByRole('button', { name: 'Restart' }).click();
  await expect(shield).toHaveAccessibleName(/Sandbox|sandbox/);
  await expect(shield).not.toHaveAccessibleName(/changed$/);
});

test('an agent of one’s own is added to its family and can be chosen; a wrong configuration is refused in its field', async ({
  page,
}) => {
  await openSettings(page, 'Agents');
  const family = page.getByRole('region', { name: 'Agents over ACP' });
  await family.getByRole('button', { name: 'Add your own agent' }).click();
  const form = family.getByRole('form', { name: 'Your own agent' });
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('mine');
  await form.getByRole('textbox', { name: 'Command' }).fill('/nonexistent/agent');
  await form.getByRole('button', { name: 'Add agent' }).click();
  await expect(family.getByRole('listitem', { name: 'mine' })).toBeVisible();

  const local = page.getByRole('region', { name: /^Ollama/ });
  await local.getByText(/^Settings of/).click();
  const json = local.getByRole('textbox', { name: 'Configuration (JSON)' });
  await json.fill('{ "numCtx": "many" }');
  await json.blur();
  await expect(local.getByRole('alert').filter({ hasText: /numCtx/ })).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();

  await box.menu('Start with another agent…');
  const dialog = page.getByRole('dialog', { name: `New session in ${box.name}` });
  const mine = dialog.getByRole('option', { name: /^mine/ });
  await dialog.getByRole('combobox', { name: 'Agent' }).selectOption((await mine.getAttribute('value')) ?? '');
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await expect(box.region.getByRole('heading', { name: /^mine/ })).toBeVisible();
  await family.page().keyboard.press('Escape');
});

test('a conversation that Claude had outside agor is continued, once, with what was said', async ({ agor, page }) => {
  const id = '00000000-0000-4000-8000-000000000001';
  const said = { cwd: folder, sessionId: id, isSidechain: false, timestamp: '2026-01-05T09:00:00.000Z' };
  const lines = [
    { ...said, type: 'user', uuid: 'a', parentUuid: null, message: { role: 'user', content: 'Sharpen the pencils' } },
    {
      ...{ ...said, type: 'assistant', uuid: 'b', parentUuid: 'a' },
      message: { id: 'm', role: 'assistant', content: [{ type: 'text', text: 'They are sharp.' }] },
    },
  ];
  const kept = join(agor.root, 'home', '.claude', 'projects', folder.replaceAll(/[^a-zA-Z0-9]/g, '-'));
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${id}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  await box.menu('Continue a session from outside…');
  const dialog = page.getByRole('dialog', { name: 'Continue a session from outside' });
  await dialog.getByRole('button', { name: 'Continue: Sharpen the pencils' }).click();
  await expect(box.transcript).toContainText('They are sharp.');
  await expect(box.region.getByText(/Begun outside agor/)).toBeVisible();
  await box.menu('Continue a session from outside…');
  await expect(dialog.getByRole('button', { name: 'Open: Sharpen the pencils' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Open: Sharpen the pencils' }).click();
  await expect(dialog).toBeHidden();
});

test('a project decides its sandbox and its agent’s program, and the form shows it again', async ({ page }) => {
  await openSettings(page, 'Projects');
  await page.getByRole('button', { name: `Edit ${box.name}` }).click();
  await page.getByRole('combobox', { name: 'Agent' }).selectOption('codex');
  await page.getByRole('checkbox', { name: /Work in a sandbox/ }).uncheck();
  await page.getByText(/^Codex in this project/).click();
  await page.getByRole('textbox', { name: 'Program' }).fill('/nonexistent/codex');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(box.region.getByTestId('sandbox-shield')).toHaveAttribute('data-sandbox', 'off');
  await page.getByRole('button', { name: `Edit ${box.name}` }).click();
  await expect(page.getByText('Codex in this project (1 of its own)')).toBeVisible();
  await page.getByText(/^Codex in this project/).click();
  await expect(page.getByRole('textbox', { name: 'Program' })).toHaveValue('/nonexistent/codex');
});

test('the machine is restarted from the status bar, after what would end was told', async ({ page }) => {
  await box.prompt('wait');
  await expect(box.transcript).toContainText('I wait until you interrupt me.');
  await page.getByRole('button', { name: /^Machine: / }).click();
  await page.getByRole('menuitem', { name: 'Restart machine…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Restart the machine process?' });
  await expect(dialog).toContainText(/agents?/);
  await expect(dialog).toContainText(/1 turn in the middle of work/);
  await dialog.getByRole('button', { name: 'Restart', exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Machine: this machine' })).toBeVisible({ timeout: 60_000 });
  await expect(box.region).not.toHaveAttribute('data-agent-status', 'running');
});
