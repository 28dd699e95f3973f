import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'worktrees' } });

function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return execFileSync('git', ['-C', folder, ...who, ...args], { encoding: 'utf8' }).trim();
}

async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
  expect(violations.map(({ id, nodes }) => ({ id, html: nodes[0]?.html }))).toEqual([]);
}

/** The tests of a box run where its session works, and elsewhere when that is chosen. */
async function testsRunThere({ region }: ProjectBox, branch: string): Promise<void> {
  await region.getByRole('tab', { name: 'Testing' }).click();
  await region.getByRole('textbox', { name: 'Test command' }).fill('cat note.txt');
  await region.getByRole('button', { name: 'Keep this command' }).click();
  const status = region.getByRole('tabpanel', { name: 'Testing' }).getByRole('status');
  await region.getByRole('button', { name: 'Run the tests' }).click();
  await expect(status).toContainText('Passed');
  await region.getByRole('button', { name: `Whose tests: ${branch}` }).click();
  await region
    .page()
    .getByRole('menuitemradio', { name: /^parcels/ })
    .click();
  await region.getByRole('button', { name: 'Run the tests' }).click();
  await expect(region.getByRole('region', { name: 'What the run said' })).toContainText('No such file');
}

test('two sessions of one project each work in a worktree of their own, which stays until the person lets it go', async ({
  agor,
  page,
}) => {
  test.setTimeout(240_000);
  const folder = await agor.project('parcels');
  writeFileSync(join(folder, 'cart.ts'), 'export const cart = [];\n');
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'The cart');
  const box = new ProjectBox(page, 'parcels');
  const settings = async (): Promise<void> => {
    await box.menu('Project settings…');
    await expect(page.getByRole('form', { name: 'Project parcels' })).toBeVisible();
  };

  await settings();
  await page.getByText('Settings that it can have of its own').click();
  await page.getByRole('button', { name: 'Decide here: A git worktree for each new session' }).click();
  await page.getByRole('checkbox', { name: 'A git worktree for each new session' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.keyboard.press('Escape');

  const branches: string[] = [];
  for (const words of ['one', 'two']) {
    if (branches.length > 0) await box.newSession();
    await box.prompt(`write note.txt ${words}`);
    await box.answer(box.asks.first(), /^Allow/);
    await box.turnsEnded(1);
    const chip = box.region.getByRole('button', { name: /^Worktree of this session: / });
    branches.push(((await chip.getAttribute('aria-label')) ?? '').replace('Worktree of this session: ', ''));
  }
  const [one = '', two = ''] = branches;
  expect(one).not.toBe(two);
  expect(existsSync(join(folder, 'note.txt'))).toBe(false);
  expect(git(folder, 'status', '--porcelain')).toBe('');
  const placeOf = (branch: string) =>
    git(folder, 'worktree', 'list', '--porcelain')
      .split('\n\n')
      .find((entry) => entry.includes(`branch refs/heads/${branch}`))
      ?.match(/^worktree (.*)/)?.[1] ?? '';
  expect([one, two].map((branch) => readFileSync(join(placeOf(branch), 'note.txt'), 'utf8').trim())).toEqual([
    'one',
    'two',
  ]);

  await box.region.getByRole('tab', { name: 'Files' }).click();
  const tree = box.region.getByRole('tree', { name: `Files of ${two}` });
  await expect(tree.getByRole('treeitem', { name: 'note.txt' })).toBeVisible();
  await box.region.getByRole('button', { name: `Whose files: ${two}` }).click();
  await isAccessible(page);
  await page.getByRole('menuitemradio', { name: /^parcels/ }).click();
  const main = box.region.getByRole('tree', { name: 'Files of parcels' });
  await expect(main.getByRole('treeitem', { name: 'cart.ts' })).toBeVisible();
  await expect(main.getByRole('treeitem', { name: 'note.txt' })).toBeHidden();
  await testsRunThere(box, two);
  await box.region.getByRole('tab', { name: 'Model' }).click();
  await box.composer.fill('look at @note');
  await expect(page.getByRole('option', { name: 'note.txt' })).toBeVisible();
  await box.composer.fill('');

  await box.region.getByRole('button', { name: `Worktree of this session: ${two}` }).click();
  await page.getByRole('menuitem', { name: 'Open a terminal there' }).click();
  const terminals = page.getByRole('region', { name: 'parcels: terminals' });
  // A terminal that is not attached yet takes no keys.
  await expect(terminals.locator('.xterm-rows > div').filter({ hasText: /[#$] *$/ })).toHaveCount(1);
  await terminals.getByRole('textbox').first().focus();
  await page.keyboard.type('git branch --show-current');
  await page.keyboard.press('Enter');
  await expect(terminals).toContainText(two);

  await settings();
  const list = page.getByRole('region', { name: 'Worktrees of parcels' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await list.scrollIntoViewIfNeeded();
  await isAccessible(page);
  await pictures(page, agor, 'worktrees', () => list.scrollIntoViewIfNeeded());
  await list.getByRole('button', { name: `Remove the worktree ${one}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove this worktree?' });
  await dialog.getByText('1 new file, not in git').click();
  await expect(dialog).toContainText('note.txt');
  await isAccessible(page);
  await pictures(page, agor, 'worktree-removal');
  await dialog.getByRole('button', { name: 'Stop it first' }).click();
  const remove = dialog.getByRole('button', { name: 'Remove it with these' });
  await expect(remove).toBeEnabled();
  await remove.click();
  // Its agent has ended meanwhile, which is another state than the one that was confirmed.
  await expect(async () => {
    if (await remove.isVisible()) await remove.click({ timeout: 500 });
    await expect(dialog).toBeHidden({ timeout: 500 });
  }).toPass();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  expect(placeOf(one)).toBe('');
  expect(git(folder, 'branch', '--list', one)).toContain(one);
  expect(existsSync(join(placeOf(two), 'note.txt'))).toBe(true);
});

test('what is no repository says so, and what to do', async ({ agor, page }) => {
  await agor.project('plain');
  const box = new ProjectBox(page, 'plain');
  await box.menu('Start with another agent…');
  const dialog = page.getByRole('dialog', { name: 'New session in plain' });
  await dialog.getByRole('checkbox', { name: /In a git worktree of its own/ }).click();
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await box.prompt('say hello');
  await expect(box.transcript).toContainText('git worktree could not be made ready');
});
