import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { until } from '@agor/runtime/testing';
import { World } from '../world/index.ts';

async function killMachine(world: World): Promise<void> {
  const pid = world.machinePid;
  if (pid === null) throw new Error('no machine runs');
  process.kill(pid, 'SIGKILL');
  await until('another machine runs', () => world.machinePid !== null && world.machinePid !== pid);
}

test('kill -9 of the machine: the next one ends what it left, says how the turn ended, and the next prompt resumes', async () => {
  await using world = new World({ name: 'machine-kill' });
  await world.serve();
  const work = world.folder('work');
  await world.agor('run', '--provider', 'demo', '--cwd', work, 'orphan 600');
  const { sessionId, pid } = await world.session();
  await world.agor('send', sessionId, 'wait');
  await until('the turn runs', async () => (await world.said(sessionId)).includes('I wait until'));
  await killMachine(world);
  await until('the session has failed', async () => (await world.session()).status === 'failed');
  const left = world.leftovers();
  expect(left.filter((line) => line.startsWith(`${pid} `) || line.includes('sleep 600'))).toEqual([]);
  expect((await world.session()).pid).toBeNull();

  const again = await world.agor('run', '--resume', sessionId, '--json', 'say back again');
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('I remember our conversation');
  expect(again.stdout).toContain('back again');
});

test('an ask whose agent died with the machine can still be answered: the agent asks again and gets the answer', async () => {
  await using world = new World({ name: 'machine-ask' });
  await world.serve();
  const running = world.start(
    'run',
    '--provider',
    'demo',
    '--cwd',
    world.folder('work'),
    '--json',
    'write x.txt words',
  );
  const [, askId = ''] = await running.says(/agor answer (\S+) /, 'stderr');
  await killMachine(world);
  await until('the session has failed', async () => (await world.session()).status === 'failed');
  expect((await running.ended).exitCode).toBe(1);
  expect((await world.session()).pendingAsks).toEqual([askId]);
  expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
  await until('the ask is settled', async () => (await world.session()).pendingAsks.length === 0);
});

test('a prompt that may or may not have reached its agent is not sent twice: it is shown, and sent when the person says so', async () => {
  await using world = new World({ name: 'machine-doubt' });
  await world.serve();
  await world.agor('run', '--provider', 'demo', '--cwd', world.folder('work'), 'say ready');
  const { sessionId, pid } = await world.session();
  // Stopped, so that the prompt lies in its pipe: handed over, and never acknowledged.
  process.kill(pid ?? 0, 'SIGSTOP');
  const sent = world.start('run', '--resume', sessionId, '--json', 'say perhaps');
  using database = new Database(world.paths.sessionsDb, { readonly: true });
  const promised = database.query<{ n: number }, []>('SELECT count(*) AS n FROM outbox');
  await until('the prompt is on its way', async () => (await world.session()).status === 'starting');
  await until('the machine has it', () => promised.get()?.n === 0);
  await killMachine(world);
  const { stdout, exitCode } = await sent.ended;
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the prompt may not have arrived');
  expect(await world.said(sessionId)).not.toContain('perhaps');

  using connection = await world.connect();
  const [summary] = await connection.client.session.list({});
  expect(summary?.state.undelivered).toMatchObject([{ doubtful: true, prompt: { text: 'say perhaps' } }]);
  expect((await world.agor('run', '--resume', sessionId, '--json', 'say next')).exitCode).toBe(0);
});
