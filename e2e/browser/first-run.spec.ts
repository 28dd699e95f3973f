import { expect, test } from './fixtures.ts';

test.use({ world: { name: 'first-run' } });

test('the first start shows a demo group, says so, and lists the agents that it found', async ({ page }) => {
  const demo = page.getByRole('region', { name: 'Demo', exact: true });
  await expect(demo).toContainText('This is a demo group.');
  await expect(page.getByRole('region', { name: 'Web Shop', exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Invoice API', exact: true })).toBeVisible();
  await demo.getByRole('button', { name: 'Add project' }).click();
  const agents = page.getByRole('region', { name: 'Agents found on this machine' });
  await expect(agents.getByRole('listitem').filter({ has: page.getByText('Claude', { exact: true }) })).toBeVisible();
  await expect(agents.getByRole('listitem').filter({ hasText: 'Demo' })).toBeVisible();
});

test('a folder becomes a project through the folder picker, and the demo can be removed', async ({ agor, page }) => {
  agor.folder('home/code/tea-room');
  await page.getByRole('region', { name: 'Demo', exact: true }).getByRole('button', { name: 'Add project' }).click();
  const folders = page.getByRole('group', { name: 'Folders' });
  await folders.getByRole('button', { name: 'code' }).click();
  await folders.getByRole('button', { name: 'tea-room' }).click();
  await expect(page.getByRole('textbox', { name: 'Folder' })).toHaveValue(/\/home\/code\/tea-room$/);
  await page.getByRole('button', { name: 'Add project' }).and(page.locator('[type=submit]')).click();
  await expect(page.getByRole('region', { name: 'tea-room', exact: true })).toBeVisible();

  await page.getByRole('region', { name: 'Demo', exact: true }).getByRole('button', { name: 'Remove demo' }).click();
  await expect(page.getByRole('region', { name: 'Demo', exact: true })).toBeHidden();
  await expect(page.getByRole('region', { name: 'Web Shop', exact: true })).toBeHidden();
  await expect(page.getByRole('region', { name: 'tea-room', exact: true })).toBeVisible();
  const projects = JSON.parse(await agor.agor('project', 'ls', '--json')) as { name: string }[];
  expect(projects.map(({ name }) => name)).toEqual(['tea-room']);
});
