import { expect, test } from './fixtures.ts';

test.use({ world: { name: 'first-run' } });

test('the first start shows a demo group, says so, and lists the agents that it found', async ({ page }) => {
  const demo = page.getByRole('region', { name: 'Demo', exact: true });
  await expect(demo).toContainText('This is a demo group.');
  await expect(page.getByRole('region', { name: 'Web Shop', exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Invoice API', exact: true })).toBeVisible();
  await demo.getByRole('button', { name: 'Add project' }).click();
  const agents = page.getByRole('region', { name: 'Agents found on this machine' });
  await expect(agents.getByRole('listitem').filter({ hasText: 'Claude' })).toBeVisible();
  await expect(agents.getByRole('listitem').filter({ hasText: 'Demo' })).toBeVisible();
});
