import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'conflicts' } });

test('two sessions that write one file, and the person who writes it too, are told in the project’s header', async ({
  agor,
  page,
}) => {
  test.setTimeout(120_000);
  const folder = await agor.project('shop');
  const shop = new ProjectBox(page, 'shop');
  const conflicts = shop.region.getByTestId('conflicts-chip');
  await shop.prompt('hold one write=cart.ts');
  await shop.answer(shop.ask('Permission'), /^Allow/);
  await expect(shop.transcript.getByText('I wait for .agor-demo-one.')).toBeVisible();
  await expect(conflicts).toBeHidden();

  await shop.region.getByRole('button', { name: 'shop: session menu' }).click();
  await page.getByRole('menuitem', { name: 'New session' }).click();
  await shop.prompt('hold two write=cart.ts');
  await shop.answer(shop.ask('Permission'), /^Allow/);
  await expect(conflicts).toHaveText('1 conflict');
  await expect(page.getByTestId('status-bar').getByRole('button', { name: 'All projects: 1 conflict' })).toBeVisible();

  await conflicts.click();
  const panel = page.getByRole('dialog', { name: 'shop: files written by several at once' });
  await expect(panel.getByText('cart.ts', { exact: true })).toBeVisible();
  // What is written within two seconds of an agent's own write counts as the agent's.
  await expect(async () => {
    writeFileSync(join(folder, 'cart.ts'), `by hand ${Math.random()}\n`);
    await expect(panel.getByText('outside agor')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await pictures(page, agor, 'conflicts');

  await panel.getByRole('button', { name: 'Acknowledge the conflicts of shop' }).click();
  await expect(conflicts).toHaveText('1 seen');
  await panel.getByRole('button', { name: 'hold one write=cart.ts' }).click();
  await expect(panel).toBeHidden();
  await expect(shop.transcript.getByText('I wait for .agor-demo-one.')).toBeVisible();

  writeFileSync(join(folder, '.agor-demo-one'), '');
  writeFileSync(join(folder, '.agor-demo-two'), '');
  await expect(conflicts).toBeHidden();
});
