import { afterAll, beforeAll, expect, test } from 'bun:test';
import { World } from '../world/index.ts';

let world: World;
beforeAll(async () => {
  world = new World({ name: 'bad-lines' });
  await world.serve();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Runs a prompt in a session of its own; returns everything that the session then tells. */
async function played(prompt: string): Promise<{ exitCode: number; sessionId: string; told: string }> {
  const known = new Set((await world.sessions()).map(({ sessionId }) => sessionId));
  const { exitCode } = await world.agor('run', '--provider', 'demo', '--cwd', world.folder('work'), '--json', prompt);
  const sessionId = (await world.sessions()).find((row) => !known.has(row.sessionId))?.sessionId ?? '';
  return { exitCode, sessionId, told: (await world.agor('logs', sessionId, '--json')).stdout };
}

async function notices(sessionId: string): Promise<string> {
  using connection = await world.connect();
  const session = (await connection.client.session.list({})).find(({ state }) => state.id.startsWith(sessionId));
  if (!session) throw new Error(`no session ${sessionId}`);
  const { events } = await connection.client.persistence.page({
    sessionId: session.state.id,
    before: Number.MAX_SAFE_INTEGER,
    limit: 2000,
  });
  return events.flatMap((event) => (event.kind === 'notice' ? [event.message] : [])).join('\n');
}

async function goesOn(sessionId: string): Promise<void> {
  const again = await world.agor('run', '--resume', sessionId, '--json', 'say still here');
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('still here');
}

test('lines of an agent that are no messages are told, and the turn goes on around them', async () => {
  const { exitCode, sessionId, told } = await played('badline');
  expect(exitCode).toBe(0);
  expect(told).toContain('I wrote three lines that no one can read.');
  expect(await notices(sessionId)).toMatch(/line/);
  await goesOn(sessionId);
});

test('a line of 50 MB is dropped and told; what comes after it arrives, and the hub stays small', async () => {
  const { exitCode, sessionId, told } = await played('hugeline mb=50');
  expect(exitCode).toBe(0);
  expect(told).toContain('I wrote a line of 52428800 bytes');
  expect(await notices(sessionId)).toMatch(/long|MiB|large/);
  await goesOn(sessionId);
});

test('a message of a kind that this agor does not know is kept as it is, and shown', async () => {
  const { exitCode, sessionId, told } = await played('unknown');
  expect(exitCode).toBe(0);
  expect(told).toContain('hologram');
  expect(told).toContain('That was an event from the future.');
  await goesOn(sessionId);
});
