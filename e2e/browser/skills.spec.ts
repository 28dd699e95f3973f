import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expectAccessible } from './axe.ts';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'skills', claude: true } });
// The first read of the CLI's 0.4 GB may take many seconds.
test.describe.configure({ mode: 'serial', timeout: 180_000 });

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const switcher = (root: string) => join(root, 'home', '.config');

test.beforeAll(async ({ agor }) => {
  const own = join(agor.root, 'home', '.claude', 'skills');
  write(join(own, 'review', 'SKILL.md'), '---\nname: review\ndescription: Reads a change with care\n---\nReview this:');
  write(join(own, 'retell.md'), '# Retell\n\nTells a text again in one sentence.\n');
  const work = join(switcher(agor.root), 'switcher-claude', 'work');
  write(join(work, 'skills', 'invoice', 'SKILL.md'), 'Writes an invoice.');
  const account = 'email = "me@work.example"\nsubscription_type = "max"\ndisplay_name = "At work"\n';
  write(join(switcher(agor.root), 'switcher', 'profiles', 'work', 'profile.toml'), account);
  await agor.project('letters', 'claude');
  await agor.project('invoices', 'claude');
});

async function settingsOf(page: Page, project: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: `Edit ${project}` }).click();
}

test('a slash at the start of a prompt offers the skills on disk; one that is called becomes its text and the arguments', async ({
  agor,
  page,
}) => {
  const box = new ProjectBox(page, 'letters');
  await box.composer.fill('/re');
  const offered = box.region.getByRole('listbox');
  await expect(offered.getByRole('option', { name: /retell/ })).toContainText('Tells a text again in one sentence.');
  await expect(offered.getByRole('option', { name: /review/ })).toContainText('Reads a change with care');
  await pictures(page, agor, 'skills-menu');
  await expectAccessible(page, 'skills');
  await box.composer.press('ArrowDown');
  const chosen = offered.getByRole('option', { selected: true });
  const name = /review|retell/.exec((await chosen.textContent()) ?? '')?.[0];
  await box.composer.press('Tab');
  await expect(box.composer).toHaveValue(`/${name} `);
  await box.composer.fill('/review the letter');
  await box.composer.press('Enter');
  await expect(box.composer).toHaveValue(/Review this:\s+the letter$/);
  await box.composer.press('Enter');
  await expect(box.transcript).toContainText('the letter', { timeout: 90_000 });
  await box.turnsEnded(1);
});

test('an account that is chosen in the project is whose folder the agent works with, its skills too', async ({
  agor,
  page,
}) => {
  await settingsOf(page, 'invoices');
  const form = page.getByRole('form', { name: 'Project invoices' });
  await form.getByRole('combobox', { name: 'Profile' }).selectOption('At work');
  await expect(form.getByText('me@work.example · max')).toBeVisible();
  await expect(form.getByRole('button', { name: 'Restart invoices' })).toBeDisabled();
  await form.getByRole('button', { name: /^Icon: / }).click();
  await expect(page.getByRole('radiogroup', { name: 'Icon' }).getByRole('radio')).toHaveCount(24);
  await pictures(page, agor, 'settings-icons');
  await expectAccessible(page, 'icons');
  await page.getByTitle('Rocket').click();
  await form.getByRole('button', { name: 'Save' }).click();
  const box = new ProjectBox(page, 'invoices');
  await box.composer.fill('/inv');
  await expect(box.region.getByRole('listbox').getByRole('option', { name: /invoice/ })).toBeVisible();
  await box.prompt('hello');
  await box.turnsEnded(1);
  expect(existsSync(join(switcher(agor.root), 'switcher-claude', 'work', 'projects'))).toBe(true);
  await page.getByRole('button', { name: 'Edit invoices' }).click();
  await form.getByRole('button', { name: 'Restart invoices' }).click();
  await box.prompt('hello again');
  await box.turnsEnded(2);
});
