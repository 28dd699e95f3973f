import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, HUB_AWAY, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';
import { Sockets } from './sockets.ts';

test.use({ world: { name: 'live' }, expected: HUB_AWAY });

/** What the agent said, as the command line tells it: the log's own words. */
function textOf(logs: string): string {
  const messages = logs.split('\n').map((line) => JSON.parse(line) as { type: string; content: { text?: string } });
  return messages
    .flatMap(({ type, content }) => (type === 'text' && content.text ? [content.text] : []))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

test('a reload in mid-stream and a second window show the same transcript, without a gap or a double', async ({
  agor,
  page,
  openWindow,
}) => {
  const name = 'streaming';
  await agor.project(name);
  const box = new ProjectBox(page, name);
  // As long as the test needs: it is interrupted when both windows have seen it run.
  await box.prompt('stream seed=7 n=100000 pace=10');
  await expect.poll(async () => (await box.text()).length).toBeGreaterThan(300);

  await page.reload();
  await expect.poll(async () => (await box.text()).length).toBeGreaterThan(300);
  const second = new ProjectBox(await openWindow(), name);
  const joined = await second.text();
  await expect.poll(async () => (await second.text()).length).toBeGreaterThan(joined.length);
  const live = await box.text();
  await expect.poll(async () => (await box.text()).length).toBeGreaterThan(live.length);
  await second.region.getByRole('button', { name: 'Stop', exact: true }).click();

  await Promise.all([box.turnsEnded(1), second.turnsEnded(1)]);
  const [session] = JSON.parse(await agor.agor('ps', '--json')) as { sessionId: string }[];
  const said = textOf(await agor.agor('logs', session?.sessionId ?? '', '--json'));
  expect(said.length).toBeGreaterThan(1000);
  for (const window of [box, second]) {
    const shown = await window.text();
    expect(shown).toContain(said);
    expect(shown.split(said.slice(0, 80))).toHaveLength(2);
  }
  await expect.poll(() => second.text()).toBe(await box.text());

  // What one window does is in the other.
  await second.prompt('write shared.txt words');
  await box.answer(box.ask('Permission'), 'Allow');
  await expect(second.asks).toHaveCount(0);
  await second.turnsEnded(2);
  await expect(second.transcript.getByText('Allowed in the browser')).toBeVisible();
  await expect.poll(() => second.text()).toBe(await box.text());
});

test('a dropped socket comes back with the first try, and the transcript has no gap and no double', async ({
  agor,
  page,
}) => {
  const name = 'dropped';
  const folder = await agor.project(name);
  const sockets = await Sockets.between(page, /\/rpc$/);
  await page.reload();
  const box = new ProjectBox(page, name);
  await expect(box.composer).toBeVisible();
  await box.prompt('stream seed=11 n=200 pace=15');
  await expect.poll(async () => (await box.text()).length).toBeGreaterThan(200);

  const before = sockets.made;
  await sockets.cut();
  await expect.poll(() => sockets.made).toBe(before + 1);
  await expect(page.getByText('connected', { exact: true })).toBeVisible();
  await box.turnsEnded(1);
  expect(sockets.made).toBe(before + 1);
  const streamed = await box.text();

  // A turn that goes on while the window is away is all there afterwards.
  await box.prompt('hold come-back');
  await expect(box.transcript).toContainText('I wait for .agor-demo-come-back.');
  await sockets.cut();
  writeFileSync(join(folder, '.agor-demo-come-back'), '');
  await box.turnsEnded(2);
  const shown = await box.text();
  expect(shown.startsWith(streamed)).toBe(true);
  expect(shown.split('I go on.')).toHaveLength(2);

  await page.reload();
  await box.turnsEnded(2);
  await expect.poll(() => box.text()).toBe(shown);
});
