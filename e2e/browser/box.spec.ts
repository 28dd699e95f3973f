import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'box' } });

test.beforeAll(async ({ agor }) => {
  await agor.agor('group', 'add', 'Crew');
  await agor.agor('config', 'set', 'default_permission_mode', '"bypassPermissions"');
  await agor.project('garden');
  await agor.project('orchard');
  const mira = await agor.agor('agent', 'add', '--group', 'Crew', '--role', 'manager', '--name', 'Mira');
  await agor.agor('agent', 'set', mira, 'provider', '"demo"');
  await agor.agor('agent', 'set', mira, 'cwd', JSON.stringify(agor.folder('desk')));
});

test('a full context is told once and leads to its session; the end of a turn offers what may follow', async ({
  agor,
  page,
}) => {
  test.setTimeout(180_000);
  const garden = new ProjectBox(page, 'garden');
  await garden.prompt('fill 92');
  await expect(page.getByText('garden: context 92 % full').first()).toBeVisible();
  await garden.turnsEnded(1);
  await garden.prompt('fill 95');
  await garden.turnsEnded(2);
  await page.getByTestId('notification-bell').click();
  const centre = page.getByRole('dialog', { name: 'Notifications' });
  await expect(centre.getByText(/context \d+ % full/)).toHaveCount(1);
  await pictures(page, agor, 'context-full');
  await page.keyboard.press('Escape');

  const done = garden.transcript.getByTestId('done');
  await expect(done).toHaveCount(1);
  await done.getByRole('button', { name: 'Continue' }).focus();
  await pictures(page, agor, 'turn-done');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Message garden' })).toBeFocused();
});

test('subagents are a tree of who started whom, and a role agent has a heart', async ({ agor, page }) => {
  test.setTimeout(180_000);
  const mira = new ProjectBox(page, 'Mira');
  await mira.prompt('subagent depth=3');
  await mira.turnsEnded(1);
  await mira.prompt('subagent background key=never');
  await mira.turnsEnded(2);
  await expect(mira.region.getByRole('img', { name: /^Heartbeat of Mira\. Last sign of life: / })).toBeVisible();
  const panel = mira.region.getByTestId('subagents');
  await expect(panel.getByRole('button', { name: /4 subagents/ })).toBeVisible();
  await expect(panel.getByTestId('last-words').first()).toContainText('entries in the project');
  await pictures(page, agor, 'subagent-list');
  await panel.getByRole('button', { name: 'Tree' }).click();
  const tree = panel.getByRole('group', { name: 'Which agent started which' });
  const deepest = tree.getByRole('button', {
    name: /^Look around in the project, 3 deep\s+done\s+started by Look around in the project, 2 deep$/,
  });
  await expect(deepest).toBeVisible();
  await expect(tree.getByRole('button')).toHaveCount(4);
  await expectAccessible(page, 'a tree of subagents');
  await pictures(page, agor, 'subagent-tree');
  await deepest.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Look around in the project, 3 deep' })).toBeVisible();
  await page.keyboard.press('Escape');
});

test('Stop all asks about the agents that it counts as stopped afterwards', async ({ agor, page }) => {
  test.setTimeout(180_000);
  const garden = new ProjectBox(page, 'garden');
  await garden.prompt('say hello');
  await expect(garden.region.getByTestId('done')).toBeVisible();
  await page.getByRole('button', { name: 'Stop all' }).click();
  const dialog = page.getByRole('dialog', { name: 'Stop all 2 agents?' });
  await pictures(page, agor, 'stop-all-asks');
  await dialog.getByRole('button', { name: 'Stop all' }).click();
  await expect(page.getByRole('button', { name: 'Resume 2 stopped' })).toBeVisible();
  const words = (name: string) => page.getByRole('region', { name, exact: true }).getByTestId('stopped');
  await expect(words('garden')).toContainText('Stopped: nothing wakes it');
  await expect(words('orchard')).toContainText('Held by Stop all');
  await pictures(page, agor, 'stop-all-done');
  await page.getByRole('button', { name: 'Resume 2 stopped' }).click();
  await expect(page.getByTestId('stopped')).toHaveCount(0);
});
