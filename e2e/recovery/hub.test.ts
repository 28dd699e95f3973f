import { expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@agor/runtime/testing';
import { World } from '../world/index.ts';

test('kill -9 of the hub in mid-turn: the agents go on, and the next start shows everything, the open ask included', async () => {
  await using world = new World({ name: 'hub-kill' });
  await world.serve();
  const [asking, working] = [world.folder('asking'), world.folder('working')];
  const run = (cwd: string, prompt: string) => world.start('run', '--provider', 'demo', '--cwd', cwd, '--json', prompt);
  const asker = run(asking, 'write kept.txt words');
  const [, askId = ''] = await asker.says(/agor answer (\S+) /, 'stderr');
  const worker = run(working, 'hold go');
  await worker.says(/I wait for .agor-demo-go/);

  await world.killHub();
  // Nobody listens, and the agent works on: what it says waits with the machine.
  writeFileSync(join(working, '.agor-demo-go'), '');
  // The commands were following: they start a hub again, go on where they were, and tell the rest once.
  const worked = await worker.ended;
  expect(worked.exitCode).toBe(0);
  expect(worked.stdout.split('I go on.')).toHaveLength(2);

  const pending = (await world.sessions()).flatMap((row) => row.pendingAsks);
  expect(pending).toEqual([askId]);
  expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
  expect((await asker.ended).exitCode).toBe(0);
  expect(existsSync(join(asking, 'kept.txt'))).toBe(true);
});

test('a prompt that waits in line survives the hub, and is given when the agent is free', async () => {
  await using world = new World({ name: 'hub-queue' });
  await world.serve();
  const work = world.folder('work');
  await world.agor('run', '--provider', 'demo', '--cwd', work, 'say ready');
  const { sessionId } = await world.session();
  await world.agor('send', sessionId, 'hold', 'go');
  await until('the turn runs', async () => (await world.said(sessionId)).includes('I wait for'));
  expect((await world.agor('send', sessionId, 'say', 'and', 'then')).exitCode).toBe(0);
  await world.killHub();
  await world.serve();
  writeFileSync(join(work, '.agor-demo-go'), '');
  await until('the queued prompt is answered', async () => (await world.said(sessionId)).includes('and then'));
  expect((await world.said(sessionId)).split('and then')).toHaveLength(2);
});
