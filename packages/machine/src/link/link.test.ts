import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFromMachine } from '@agor/protocol';
import { machineSecret, openDatabase, proveSecret } from '@agor/runtime';
import { tempDir, until } from '@agor/runtime/testing';
import { killHard, LinkRefused, queryOf, startTestMachine, type TestMachine, withMachine } from '../testing/index.ts';

test('a hub that does not know the machine’s secret is refused and can ask for nothing', async () => {
  await withMachine(async (machine) => {
    using _ = await machine.connect();
    const refused = await machine.connect({ secret: 'wrong' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LinkRefused);
    expect(String(refused)).toContain('different data folders');
  });
});

test('a hub without a common version is refused with what to do, and can still end the machine', async () => {
  using dir = tempDir();
  const machine = startTestMachine(dir.path);
  try {
    using _ = await machine.connect();
    const { socket, reason } = await refusedWithVersions(machine, [99]);
    expect(reason).toContain('agor shutdown');
    socket.send(JSON.stringify([{ t: 'request', id: '1', method: 'shutdown', params: {} }]));
    expect(await machine.process.exited).toBe(0);
  } finally {
    await killHard(machine);
  }
});

test('a newer hub takes the place of the older one', async () => {
  await withMachine(async (machine) => {
    using first = await machine.connect();
    using second = await machine.connect();
    await first.closed();
    await second.commands(queryOf('s1', 'say hi'));
    await second.turnEnded('s1');
  });
});

test('the journal goes on from what the hub has acknowledged', async () => {
  await withMachine(async (machine) => {
    using first = await machine.connect({ acks: false });
    await first.commands(queryOf('s1', 'events 500 10'));
    await first.turnEnded('s1');
    const cut = first.entries[199];
    const acknowledged = { epoch: first.last.epoch, seq: cut?.seq ?? 0 };
    using second = await machine.connect({ acknowledged });
    await second.until('the rest came', () => second.last.seq === first.last.seq);
    expect([...first.entries.slice(0, 200), ...second.entries]).toEqual(first.entries);
  });
});

test('requests are answered, unknown ones and bad parameters as failures', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    expect(await hub.request('status')).toMatchObject({ build: 'source', runners: [] });
    await expect(hub.request('dance')).rejects.toThrow('unknownMethod');
    await expect(hub.request('status', 7)).rejects.toThrow('badParams');
  });
});

test('a command of a newer hub is answered as failed, once, and its neighbours are carried out', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const query = queryOf('s1', 'say hi');
    const unknown = { id: 'c1', command: { kind: 'levitate', sessionId: 's1' } };
    for (let time = 0; time < 2; time++) hub.sendRaw([{ t: 'command', commands: [unknown, query] }, { t: 'newer' }]);
    await hub.turnEnded('s1');
    await hub.commands(queryOf('s1', 'say more'));
    await hub.turnEnded('s1', 2);
    const failed = hub.eventsOf('s1').filter(({ kind }) => kind === 'commandFailed');
    expect(failed).toMatchObject([{ commandId: 'c1', command: 'levitate' }]);
    expect(hub.agentEvents('s1')).toEqual([{ text: 'hi' }, { text: 'more' }]);
  });
});

test('a hub that reads nothing while 200 000 events arrive costs bounded memory and gets every one', async () => {
  await withMachine(async (machine) => {
    const events = 200_000;
    using probe = await machine.connect();
    await probe.commands(queryOf('warm', 'events 20000 500'));
    await probe.turnEnded('warm');
    const start = probe.last.seq;
    const rss = (): number => rssOf(machine.process.pid);
    const before = rss();
    const secret = machineSecret(machine.paths.machineSecretFile);
    const program = join(import.meta.dir, 'fixtures', 'counting-hub-main.ts');
    const prompt = `events ${events} 500`;
    const hub = Bun.spawn([process.execPath, program, machine.paths.controlSocket, secret, prompt, `${events}`], {
      stdout: 'pipe',
      stderr: 'inherit',
    });
    try {
      const output = hub.stdout.pipeThrough(new TextDecoderStream()).getReader();
      expect((await output.read()).value).toBe('sent\n');
      hub.kill('SIGSTOP');
      const newest = newestEntry(machine.paths.journalDb);
      let most = before;
      await until('every event is in the journal', () => {
        most = Math.max(most, rss());
        return newest() >= start + events;
      });
      // All of them together have more than 100 MB as text, and more than twice that as events; what a collector has not
      // taken back yet is up to that much as well.
      expect(most - before).toBeLessThan(144 * 1024 * 1024);
      hub.kill('SIGCONT');
      expect((await output.read()).value).toMatch(/^counted 20\d{4}\n$/);
    } finally {
      hub.kill('SIGKILL');
      await hub.exited;
    }
  });
}, 60_000);

function rssOf(pid: number): number {
  const kib = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

function newestEntry(path: string): () => number {
  const db = openDatabase(path, { synchronous: 'NORMAL', readonly: true });
  return () => db.query<{ seq: number }, []>('SELECT seq FROM sqlite_sequence').get()?.seq ?? 0;
}

async function refusedWithVersions(
  machine: TestMachine,
  versions: number[],
): Promise<{ socket: WebSocket; reason: string }> {
  const socket = new WebSocket(`ws+unix://${machine.paths.controlSocket}:/link`);
  const secret = machineSecret(machine.paths.machineSecretFile);
  const reason = await new Promise<string>((resolve) => {
    socket.onmessage = ({ data }) => {
      for (const raw of JSON.parse(String(data)) as unknown[]) {
        const frame = readFromMachine(raw);
        if (frame.t === 'refused') resolve(frame.reason);
        if (frame.t !== 'challenge') continue;
        const mac = proveSecret(secret, frame.nonce);
        const environment = { base: {}, providers: {} };
        socket.send(
          JSON.stringify([{ t: 'hello', versions, mac, hubPid: 1, build: 'b', environment, acknowledged: null }]),
        );
      }
    };
  });
  return { socket, reason };
}
