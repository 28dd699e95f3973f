import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, HUB_AWAY, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'crashes' }, expected: HUB_AWAY });

test('kill -9 of the hub in mid-turn: the open page comes back by itself, shows everything, and the ask can be answered', async ({
  agor,
  page,
}) => {
  const folder = await agor.project('asking');
  await agor.project('working');
  const asking = new ProjectBox(page, 'asking');
  const working = new ProjectBox(page, 'working');
  await asking.prompt('write kept.txt through a crash');
  await expect(asking.ask('Permission')).toBeVisible();
  await working.prompt('stream seed=3 n=250 pace=20');
  await expect.poll(async () => (await working.text()).length).toBeGreaterThan(200);

  await agor.ask('killHub');
  await expect(page.getByText(/^(reconnecting|connection lost)$/)).toBeVisible();
  await expect(asking.ask('Permission')).toBeVisible();
  await agor.serve();
  await expect(page.getByText('connected', { exact: true })).toBeVisible();

  await asking.answer(asking.ask('Permission'), 'Allow');
  await asking.turnsEnded(1);
  expect(existsSync(join(folder, 'kept.txt'))).toBe(true);
  // The agent went on without a hub: one text, whole.
  await working.turnsEnded(1);
  const shown = await working.text();
  await page.reload();
  await working.turnsEnded(1);
  await expect.poll(() => working.text()).toBe(shown);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('kill -9 of the machine: the open page says how the turn ended, and the next prompt goes on with the conversation', async ({
  agor,
  page,
}) => {
  await agor.project('interrupted');
  const box = new ProjectBox(page, 'interrupted');
  await box.prompt('wait');
  await expect(box.transcript).toContainText('I wait until you interrupt me.');
  await agor.ask('killMachine');
  await expect(box.transcript.getByRole('alert', { name: "The agent's process ended" })).toBeVisible();
  await expect(box.region.getByRole('button', { name: 'Restart' })).toBeVisible();
  await box.prompt('say resumed');
  await expect(box.transcript).toContainText('I remember our conversation');
  await box.turnsEnded(1);
  await expect(page.getByRole('alert', { name: /machine/i })).toHaveCount(0);
});
