import { expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { machineSecret, processesWithEnv } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { killHard, queryOf, startTestMachine, stopMachine, withMachine } from './testing/index.ts';

test('a prompt reaches a runner, and what it says reaches the hub in order and is acknowledged', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('s1', 'say hello\nstream b1 one two three\nclose b1'));
    await hub.turnEnded('s1');
    expect(hub.agentEvents('s1')).toEqual([{ text: 'hello' }, { text: 'complete' }]);
    expect(hub.eventsOf('s1').map((event) => (event.kind === 'runner' ? event.line.type : event.kind))).toEqual([
      'runnerStarted',
      'prompt_accepted',
      'agent_started',
      'agent_event',
      'agent_event',
      'turn_ended',
    ]);
  });
});

test('what agents make has the umask of the person who started agor, and the sockets stay closed to others', async () => {
  await withMachine(
    async (machine) => {
      using hub = await machine.connect();
      const session = crypto.randomUUID();
      await hub.commands(queryOf(session, 'child\nhang'));
      await hub.until('the child runs', () => hub.agentEvents(session).length > 0);
      const umasks = processesWithEnv('AGOR_SESSION', session).map(
        (pid) => readFileSync(`/proc/${pid}/status`, 'utf8').match(/^Umask:\s*(\d+)/m)?.[1],
      );
      expect(new Set(umasks)).toEqual(new Set(['0027']));
      expect(statSync(machine.paths.controlSocket).mode & 0o077).toBe(0);
    },
    { env: { AGOR_UMASK: '27' } },
  );
});

test('a command that is sent again is acknowledged again and done once', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const query = queryOf('s1', 'say hello');
    hub.command(query, query);
    hub.command(query);
    await hub.turnEnded('s1');
    using again = await machine.connect({ acknowledged: hub.last });
    await again.commands(query);
    await again.commands(queryOf('s1', 'say more'));
    await again.turnEnded('s1');
    expect([...hub.agentEvents('s1'), ...again.agentEvents('s1')]).toEqual([{ text: 'hello' }, { text: 'more' }]);
  });
});

test('twenty machines started at once over one data folder are one, and the others leave quietly', async () => {
  using dir = tempDir();
  const machines = Array.from({ length: 20 }, () => startTestMachine(dir.path));
  const [any] = machines;
  if (!any) throw new Error('no machine');
  try {
    using hub = await any.connect();
    const losers = machines.filter((machine) => machine.process.pid !== hub.welcome.pid);
    expect(losers).toHaveLength(19);
    expect(await Promise.all(losers.map((machine) => machine.process.exited))).toEqual(losers.map(() => 0));
    await hub.commands(queryOf('s1', 'say hi'));
    await hub.turnEnded('s1');
    expect(statSync(any.paths.controlSocket).mode & 0o077).toBe(0);
  } finally {
    await Promise.all(machines.map(stopMachine));
  }
}, 60_000);

test('shutdown ends all runners with their trees, closes the journal and removes the sockets and their folder', async () => {
  using dir = tempDir();
  const machine = startTestMachine(dir.path);
  try {
    const session = crypto.randomUUID();
    const hub = await machine.connect();
    await hub.commands(queryOf(session, 'child\nhang'));
    await hub.until('the child runs', () => hub.agentEvents(session).length > 0);
    await hub.request('shutdown');
    expect(await machine.process.exited).toBe(0);
    expect(processesWithEnv('AGOR_SESSION', session)).toEqual([]);
    expect(existsSync(machine.paths.controlSocket)).toBe(false);
    expect(existsSync(machine.paths.runtimeDir)).toBe(false);
    expect(hub.eventsOf(session).at(-1)).toMatchObject({ kind: 'runnerExited', expected: true, reason: 'shutdown' });
  } finally {
    await killHard(machine);
  }
});

test('a hang-up of the terminal that it was started from does not end the machine', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    machine.process.kill('SIGHUP');
    await hub.commands(queryOf('s1', 'say hi'));
    await hub.turnEnded('s1');
  });
});

test('a session whose journal is full pauses its agent, and goes on when the hub takes the events', async () => {
  await withMachine(
    async (machine) => {
      using hub = await machine.connect({ acks: false });
      await hub.commands(queryOf('s1', 'events 20000 500'), queryOf('s2', 'say neighbour'));
      const paused = await hub.event('s1', 'paused');
      expect(paused.reason).toContain('journal full');
      await hub.turnEnded('s2');
      expect(hub.turnsEnded('s1')).toBe(0);
      while (hub.turnsEnded('s1') === 0) {
        const seen = hub.count;
        hub.acknowledge();
        await hub.until('more comes', () => hub.count > seen);
      }
      expect(hub.agentEvents('s1').map(({ n }) => n)).toEqual(Array.from({ length: 20_000 }, (_, n) => n + 1));
      const count = (kind: string) => hub.eventsOf('s1').filter((event) => event.kind === kind).length;
      hub.acknowledge();
      await hub.until('each pause has ended', () => count('resumed') === count('paused'));
    },
    { env: { TEST_JOURNAL_BYTES: '1000000' } },
  );
}, 60_000);

test('neither keys nor tokens reach the log', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect({
      environment: {
        base: { PATH: process.env.PATH ?? '', ANTHROPIC_API_KEY: 'key-of-the-person' },
        providers: {},
        projects: {},
      },
    });
    await hub.commands(queryOf('s1', 'env AGOR_TOKEN\ncrash 1'));
    await hub.event('s1', 'runnerExited');
    const log = readFileSync(machine.paths.machineLog, 'utf8');
    for (const secret of [
      'key-of-the-person',
      machineSecret(machine.paths.machineSecretFile),
      String(hub.agentEvents('s1')[0]?.value),
    ])
      expect(log).not.toContain(secret);
  });
});

test('the machine ends also when there is no room for what a runner still had to say', async () => {
  await withMachine(
    async (machine) => {
      using hub = await machine.connect({ acks: false });
      await hub.commands(queryOf('s1', 'events 20000 500'));
      await hub.event('s1', 'paused');
      await hub.request('shutdown');
      expect(await machine.process.exited).toBe(0);
      expect(hub.eventsOf('s1').at(-1)).toMatchObject({ kind: 'runnerExited', expected: true });
    },
    { env: { TEST_JOURNAL_BYTES: '1000000' } },
  );
}, 40_000);
