import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlockId, type LinkCommand, type MachineState, type SessionId, TurnId } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { command, DEMO, isGapless, PROJECT, prompt, Seen, type TestCore, TestHub } from '../core/testing.ts';
import { loginEnvironment } from './index.ts';
import { machineEnvironment } from './machine-environment.ts';
import { FakeMachine } from './testing/fake-machine.ts';

let hub: TestHub;
let h: TestCore;
const TURN = TurnId.parse('turn');
const BLOCK = BlockId.parse('block');

beforeEach(() => {
  hub = new TestHub();
  hub.machine.listen();
});
afterEach(() => hub[Symbol.asyncDispose]());

async function start(): Promise<void> {
  h = hub.open();
  await h.core.start();
}
const give = (text = 'go') => h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt(text) }).sessionId;
const commands = (): LinkCommand['command'][] => hub.machine.commands.map((c) => c.command);
const status = (id: SessionId) => h.core.sessions.get(id).status;
const inState = (wanted: MachineState['state']) =>
  new Promise<void>((resolve) => {
    if (h.core.machine.state.state === wanted) resolve();
    else h.bus.on('machine', ({ state }) => state === wanted && resolve());
  });
const committed = () => hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
const onItsWay = (id: SessionId) => h.core.sessions.get(id).state.inFlight[0]?.id;
const running = (sessionId: SessionId) => [
  { kind: 'runnerStarted', sessionId, provider: DEMO, process: { pid: 1, startTime: '1' } } as const,
  {
    kind: 'runner',
    sessionId,
    line: { type: 'agent_started', sessionId, turnId: TURN, promptId: onItsWay(sessionId) },
  } as const,
];

test('while the machine is away prompts are promised; they arrive once it is there', async () => {
  await hub.machine.stop();
  await start();
  expect(h.core.machine.state.state).toBe('failed');
  expect(h.core.machine.state.message).toContain('this test has no machine');
  expect(h.core.machine.state.message).toContain(hub.paths.machineLog);
  const id = give();
  expect(status(id)).toBe('unreachable');
  hub.machine.listen();
  h.core.machine.retry();
  await hub.machine.until(() => commands().length === 1);
  expect(commands()[0]).toMatchObject({ kind: 'query', sessionId: id });
});

test('prompts that are too much for one message together arrive in several, in their order', async () => {
  await hub.machine.stop();
  await start();
  // Written as \\u0001 each: 80 MB, and a machine takes messages of 64 MiB.
  const large = '\u0001'.repeat(1_000_000);
  const ids = Array.from({ length: 14 }, () => give(large));
  hub.machine.listen();
  h.core.machine.retry();
  await hub.machine.until(() => commands().length === ids.length);
  expect(commands().map((c) => c.sessionId)).toEqual(ids);
}, 60_000);

test('a command that was not acknowledged is sent again on the next connection, in its order', async () => {
  hub.machine.acknowledges = false;
  await start();
  const first = give('one');
  const second = give('two');
  await hub.machine.until(() => commands().length === 2);
  hub.machine.acknowledges = true;
  hub.machine.cut();
  await hub.machine.until(() => commands().length === 4);
  expect(commands().map((c) => c.sessionId)).toEqual([first, second, first, second]);
  const ids = hub.machine.commands.map((c) => c.id);
  expect(ids.slice(0, 2)).toEqual(ids.slice(2));
});

test('a lost connection shows as unreachable, comes back by itself, and nothing is missing or doubled', async () => {
  await start();
  const id = give();
  hub.machine.journal(...running(id));
  await committed();
  expect(status(id)).toBe('running');
  const seen = new Seen(h.core, id);
  hub.machine.runners = [id];
  const lost = inState('lost');
  hub.machine.cut();
  await lost;
  expect(status(id)).toBe('unreachable');
  const line = (n: number) => ({ type: 'agent_event', sessionId: id, event: { n } }) as const;
  hub.machine.journal(...[1, 2, 3].map((n) => ({ kind: 'runner', sessionId: id, line: line(n) }) as const));
  await inState('connected');
  await committed();
  await seen.until('the messages are there', (s) => s.kinds.filter((k) => k === 'message').length === 3);
  expect(isGapless(seen.events)).toBe(true);
  expect(status(id)).toBe('running');
  await seen.stop();
});

test('a session that the machine does not run any more ends visibly, after its journal was read', async () => {
  await start();
  const [gone, alive] = [give(), give()];
  hub.machine.journal(...running(gone), ...running(alive));
  await committed();
  hub.machine.runners = [alive];
  hub.machine.cut();
  const seen = new Seen(h.core, gone);
  await seen.until('it has ended', (s) => s.kinds.includes('processExited'));
  expect([status(gone), status(alive)]).toEqual(['failed', 'running']);
  expect(h.core.sessions.get(gone).state.error?.message).toBe('the agent is no longer running on its machine');
  await seen.stop();
});

test('a machine that lost its journal: prompts on their way may have been delivered, and the person decides', async () => {
  await start();
  const id = give();
  await hub.machine.until(() => commands().length === 1);
  const other = give();
  hub.machine.journal(...running(other));
  await committed();
  hub.machine.forget('epoch-2');
  hub.machine.runners = [other];
  hub.machine.cut();
  const seen = new Seen(h.core, id);
  await seen.until('it is doubtful', (s) => s.kinds.includes('promptDoubtful'));
  hub.machine.journal({ kind: 'paused', sessionId: other, reason: 'journal full' });
  await hub.machine.until(() => hub.machine.acknowledged >= 1);
  expect(status(other)).toBe('paused');
  await seen.stop();
});

test("a new connection brings the machine's open blocks, after the entries that came before them", async () => {
  await start();
  const id = give();
  await committed();
  await hub.machine.until(() => commands().length === 1);
  const lost = inState('lost');
  hub.machine.cut();
  hub.machine.journal(
    ...running(id),
    { kind: 'runner', sessionId: id, line: { type: 'turn_ended', sessionId: id, turnId: TURN, outcome: 'done' } },
    ...running(id),
  );
  hub.machine.runners = [id];
  hub.machine.openBlocks = [{ sessionId: id, blockId: BLOCK, kind: 'text', text: 'half a sen', truncated: false }];
  await lost;
  await inState('connected');
  await committed();
  hub.machine.deltas({ sessionId: id, blockId: BLOCK, kind: 'text', offset: 10, text: 'tence' });
  const seen = new Seen(h.core, id);
  await seen.until('the delta is there', (s) => JSON.stringify(s.frames).includes('tence'));
  expect(JSON.stringify(seen.frames)).toContain('half a sen');
  await seen.stop();
});

test('a machine that stands still is noticed, told, and connected again once it goes on', async () => {
  const clock = new ManualClock();
  await hub[Symbol.asyncDispose]();
  hub = new TestHub(clock);
  hub.machine.listen();
  await start();
  await inState('connected');
  const pings = () => hub.machine.requests.filter(({ method }) => method === 'ping').length;
  const told: string[] = [];
  h.bus.on('machine', ({ state, message }) => told.push(`${state}: ${message}`));
  await clock.advanceAsync(5_000);
  await hub.machine.until(() => pings() === 1);
  // The answer is read before the next request's: the machine is alive.
  await h.core.machine.request('echo', {});
  hub.machine.standsStill = true;
  await clock.advanceAsync(10_000);
  await hub.machine.until(() => pings() === 2);
  expect(told).toEqual([]);
  const lost = inState('lost');
  await clock.advanceAsync(10_000);
  await lost;
  expect(told[0]).toContain('lost: The connection to the machine was lost: the machine does not answer');
  const failed = inState('failed');
  await hub.machine.until(() => hub.machine.connections === 2);
  await clock.advanceAsync(10_000);
  await failed;
  expect(h.core.machine.state.message).toContain('The machine does not answer as it should');
  hub.machine.standsStill = false;
  h.core.machine.retry();
  await inState('connected');
  expect(await h.core.machine.request('echo', {})).toEqual({});
});

test('a machine that says something, or refuses the question, is alive', async () => {
  const clock = new ManualClock();
  await hub[Symbol.asyncDispose]();
  hub = new TestHub(clock);
  hub.machine.listen();
  hub.machine.answer = ({ id }) => [
    { t: 'failure', id, code: 'unknownMethod', message: 'This machine knows no request' },
  ];
  await start();
  for (let asked = 1; asked <= 4; asked++) {
    await clock.advanceAsync(5_000);
    await hub.machine.until(() => hub.machine.requests.length === 2 * asked - 1);
    await h.core.machine.request('echo', {}).catch(() => {});
  }
  expect(h.core.machine.state.state).toBe('connected');
});

test('requests are answered, refused in words, and fail with the connection or their time limit', async () => {
  await start();
  hub.machine.answer = ({ id, method, params }) => {
    if (method === 'echo')
      return [
        { t: 'progress', id, message: 'half' },
        { t: 'result', id, result: params },
      ];
    return method === 'no' ? [{ t: 'failure', id, code: 'x', message: 'no such folder' }] : [];
  };
  const progress: string[] = [];
  const echoed = h.core.machine.request('echo', { a: 1 }, { onProgress: (message) => progress.push(message) });
  expect([await echoed, progress]).toEqual([{ a: 1 }, ['half']]);
  expect(h.core.machine.request('no', {})).rejects.toMatchObject({ code: 'REJECTED', message: 'no such folder' });
  expect(h.core.machine.request('slow', {}, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const controller = new AbortController();
  const cancelled = h.core.machine.request('slow', {}, { signal: controller.signal });
  controller.abort();
  expect(cancelled).rejects.toMatchObject({ code: 'REJECTED' });
  const cut = h.core.machine.request('slow', {});
  hub.machine.cut();
  expect(cut).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('a machine of another build is kept while something runs on it, and told apart', async () => {
  hub.machine.build = 'older';
  hub.machine.answer = ({ id }) => [{ t: 'result', id, result: { ptys: 1, runners: [] } }];
  await start();
  await inState('outdated');
  expect(h.core.machine.state.message).toContain('as soon as no agent and no terminal runs');
  const id = give();
  await hub.machine.until(() => commands().length === 1);
  expect(status(id)).toBe('starting');
});

/** A machine of another build in a process of its own, which `shutdown` ends, and one of this build that takes its place. */
function olderMachine(status: () => { ptys: number; runners: unknown[] }) {
  const older = Bun.spawn(['sleep', '1000']);
  const { machine } = hub;
  machine.build = 'older';
  machine.pid = older.pid;
  let launched = 0;
  machine.answer = ({ id, method }) => {
    if (method === 'shutdown') {
      void machine.stop();
      older.kill('SIGKILL');
    }
    return [{ t: 'result', id, result: method === 'status' ? status() : {} }];
  };
  const launch = () => {
    launched++;
    machine.build = 'source';
    machine.pid = process.pid;
    machine.listen();
    return { pid: process.pid, exited: new Promise<number>(() => {}) };
  };
  return { older, launch, launched: () => launched };
}

test('a machine of another build with nothing on it is ended, and one of this build takes its place', async () => {
  const { older, launch, launched } = olderMachine(() => ({ ptys: 0, runners: [] }));
  h = hub.open({ launch });
  await h.core.start();
  await inState('connected');
  expect([launched(), older.signalCode]).toEqual([1, 'SIGKILL']);
});

test('an older machine is replaced as soon as its last terminal is closed', async () => {
  const clock = new ManualClock();
  await hub[Symbol.asyncDispose]();
  hub = new TestHub(clock);
  hub.machine.listen();
  let ptys = 1;
  const { launch, launched } = olderMachine(() => ({ ptys, runners: [] }));
  h = hub.open({ launch });
  await h.core.start();
  expect(h.core.machine.state.state).toBe('outdated');
  const asked = () => hub.machine.requests.filter(({ method }) => method === 'status').length;
  expect(asked()).toBe(1);
  await clock.advanceAsync(5_000);
  await hub.machine.until(() => asked() === 2);
  expect(launched()).toBe(0);
  ptys = 0;
  // The clock moves on until the answers of real sockets are in.
  const connected = inState('connected');
  const ticking = setInterval(() => clock.advance(1_000), 1);
  await connected;
  clearInterval(ticking);
  expect(launched()).toBe(1);
});

test('while a prompt is on its way, an older machine is not even asked', async () => {
  hub.machine.acknowledges = false;
  await hub.machine.stop();
  const { older, launched } = olderMachine(() => ({ ptys: 0, runners: [] }));
  h = hub.open({
    launch: () => {
      throw new Error('not yet');
    },
  });
  await h.core.start();
  const id = give();
  hub.machine.listen();
  h.core.machine.retry();
  await inState('outdated');
  await hub.machine.until(() => commands().length === 1);
  expect([hub.machine.requests.length, launched(), status(id)]).toEqual([0, 0, 'starting']);
  older.kill();
});

test('"restart now" ends an older machine with all that runs on it', async () => {
  const { older, launch, launched } = olderMachine(() => ({ ptys: 3, runners: [{}] }));
  h = hub.open({ launch });
  await h.core.start();
  expect(h.core.machine.state.state).toBe('outdated');
  await h.core.machine.restart();
  await older.exited;
  expect(older.signalCode).toBe('SIGKILL');
  await inState('connected');
  expect(launched()).toBe(1);
});

test('a machine that ends at its start: the state says so, names its log, and the hub tries again', async () => {
  await hub.machine.stop();
  const launch = () => {
    writeFileSync(hub.paths.machineLog, 'the line before\nagor machine: The database is of a newer agor.\n');
    return { pid: 1, exited: Promise.resolve(3) };
  };
  h = hub.open({ launch });
  await h.core.start();
  expect(h.core.machine.state.state).toBe('failed');
  expect(h.core.machine.state.message).toContain('exit code 3. The database is of a newer agor.');
  expect(h.core.machine.state.message).toContain('machine.log');
  hub.machine.listen();
  await inState('connected');
});

test('a secret that cannot be read is said, and the hub connects once it can be', async () => {
  await start();
  await h.core.close();
  const secret = readFileSync(hub.paths.machineSecretFile, 'utf8');
  rmSync(hub.paths.machineSecretFile);
  mkdirSync(hub.paths.machineSecretFile);
  await start();
  expect(h.core.machine.state).toMatchObject({ state: 'failed', message: expect.stringContaining('EISDIR') });
  rmSync(hub.paths.machineSecretFile, { recursive: true });
  writeFileSync(hub.paths.machineSecretFile, secret);
  h.core.machine.retry();
  await inState('connected');
});

test('a machine with another secret refuses the hub, and the state says why', async () => {
  const stranger = new FakeMachine(hub.paths.controlSocket, () => 'another secret');
  await hub.machine.stop();
  stranger.listen();
  await start();
  expect(h.core.machine.state.state).toBe('failed');
  expect(h.core.machine.state.message).toContain('The machine refuses this hub: wrong secret');
  await stranger.stop();
});

test('a full disk: what the machine sends is not acknowledged, and comes again when there is room', async () => {
  await start();
  const id = give();
  const pages = h.db.raw.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count ?? 0;
  h.db.raw.run(`PRAGMA max_page_count = ${pages}`);
  hub.machine.runners = [id];
  const full = new Promise<void>((resolve) => {
    h.bus.on('problems', (problems) => problems.some((p) => p.code === 'commit-failed') && resolve());
  });
  const event = { text: 'x'.repeat(300_000) };
  hub.machine.journal(...running(id), {
    kind: 'runner',
    sessionId: id,
    line: { type: 'agent_event', sessionId: id, event },
  });
  await full;
  expect(h.problems.list()[0]?.message).toContain('The disk is full');
  expect(hub.machine.acknowledged).toBe(0);
  h.db.raw.run(`PRAGMA max_page_count = ${pages + 10_000}`);
  await committed();
  expect(h.problems.list()).toEqual([]);
  const seen = new Seen(h.core, id);
  await seen.until('the message is there', (s) => s.kinds.includes('message'));
  expect(isGapless(seen.events)).toBe(true);
  await seen.stop();
});

test("the person's login shell decides the environment; what start files print does no harm, and nothing of agor's is in it", async () => {
  using dir = tempDir();
  const logger = createLogger({ name: 'test', file: join(dir.path, 'log') });
  writeFileSync(join(dir.path, '.profile'), 'echo welcome\nexport FROM_PROFILE="two\nlines"\nexport AGOR_TOKEN=x\n');
  const own = { HOME: dir.path, SHELL: '/bin/sh', PATH: process.env.PATH, AGOR_DATA_DIR: '/x' };
  const env = await loginEnvironment(own, logger);
  expect(env).toMatchObject({ FROM_PROFILE: 'two\nlines', HOME: dir.path });
  expect(Object.keys(env).filter((name) => name.startsWith('AGOR_'))).toEqual([]);
});

test('a program on the PATH of whoever started agor is found also when the login shell sets a PATH of its own', async () => {
  using dir = tempDir();
  const logger = createLogger({ name: 'test', file: join(dir.path, 'log') });
  writeFileSync(join(dir.path, '.profile'), 'export PATH=/usr/bin:/bin\n');
  const own = { HOME: dir.path, SHELL: '/bin/sh', PATH: '/opt/nvm/bin:/usr/bin:/bin' };
  expect((await loginEnvironment(own, logger)).PATH).toBe('/usr/bin:/bin:/opt/nvm/bin');
});

test('a login shell that hangs or is not there falls back to the environment that agor was started with', async () => {
  using dir = tempDir();
  const logger = createLogger({ name: 'test', file: join(dir.path, 'log') });
  writeFileSync(join(dir.path, '.profile'), 'sleep 60\n');
  const own = { HOME: dir.path, SHELL: '/bin/sh', PATH: process.env.PATH, AGOR_DATA_DIR: '/x' };
  expect(await loginEnvironment(own, logger, 50)).toEqual({
    HOME: dir.path,
    SHELL: '/bin/sh',
    PATH: process.env.PATH ?? '',
  });
  expect(await loginEnvironment({ ...own, SHELL: '/no/shell' }, logger)).toMatchObject({ HOME: dir.path });
});

test("the machine gets its folders and nothing of its starter's secrets", () => {
  const own = { HOME: '/h', PATH: '/bin', ANTHROPIC_API_KEY: 'secret', AGOR_TEST_DATA_DIR: '/t', AGOR_TEST: '1' };
  expect(machineEnvironment(own, { dataDir: '/data', configDir: '/config' })).toEqual({
    HOME: '/h',
    PATH: '/bin',
    AGOR_TEST: '1',
    AGOR_DATA_DIR: '/data',
    AGOR_CONFIG_DIR: '/config',
  });
});
