import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AskId, BlobId, type ImageInput, type LinkCommand, ProviderId, RunOptions, SessionId } from '@agor/protocol';
import { processesWithEnv, processStartTime } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { BlobStore } from '../blobs/index.ts';
import { commandOf, git, queryOf, TestRepository, withMachine } from '../testing/index.ts';

const s1 = SessionId.parse('s1');
const processesOf = (session: string): number[] => processesWithEnv('AGOR_SESSION', session);
const fresh = (): string => `session-${crypto.randomUUID()}`;

test('a runner that crashes leaves no process behind, also not one in a session of its own; the next prompt starts a new one', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const session = fresh();
    await hub.commands(queryOf(session, 'child\nstderr it was me\nstream b1 half a\ncrash 3'));
    const exited = await hub.event(session, 'runnerExited');
    expect(exited).toMatchObject({ code: 3, signal: null, expected: false, stderrTail: 'it was me' });
    const child = Number(hub.agentEvents(session)[0]?.child);
    expect(child).toBeGreaterThan(1);
    expect(processesOf(session)).toEqual([]);
    await until('the grandchild is collected', () => processStartTime(child) === null);
    expect(await hub.event(session, 'blockAborted')).toMatchObject({ block: { blockId: 'b1', text: 'half a' } });
    const order = hub.eventsOf(session).map(({ kind }) => kind);
    expect(order.slice(-2)).toEqual(['blockAborted', 'runnerExited']);

    await hub.commands(queryOf(session, 'say again'));
    await hub.turnEnded(session);
    expect(hub.agentEvents(session).at(-1)).toEqual({ text: 'again' });
  });
}, 20_000);

test('a runner that dies before the agent confirmed a prompt leaves it in doubt, and its neighbour alone', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('neighbour', 'say one'));
    await hub.commands(queryOf('s1', 'refuse\ncrash 1', { promptId: 'p1' }));
    expect(await hub.event('s1', 'promptDoubtful')).toMatchObject({ promptId: 'p1' });
    await hub.commands(queryOf('neighbour', 'say two'));
    await hub.turnEnded('neighbour', 2);
    expect(hub.eventsOf('neighbour').filter(({ kind }) => kind === 'runnerStarted')).toHaveLength(1);
  });
});

test('stop ends the runner with its whole tree and says that it was wanted', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const session = fresh();
    await hub.commands(queryOf(session, 'child\nhang'));
    await hub.until('the child runs', () => hub.agentEvents(session).length > 0);
    await hub.commands(
      commandOf({ kind: 'stop', sessionId: SessionId.parse(session), reason: 'the person stopped it' }),
    );
    expect(await hub.event(session, 'runnerExited')).toMatchObject({ expected: true, reason: 'the person stopped it' });
    expect(processesOf(session)).toEqual([]);
  });
});

test('a Claude profile that is not there is a clear message; the vendor would begin a new one', async () => {
  await withMachine(async (machine, dir) => {
    using hub = await machine.connect();
    const claudeConfigDir = join(dir, 'profile');
    await hub.commands(queryOf('s1', 'say hi', { claudeConfigDir, promptId: 'p1' }));
    const failed = await hub.event('s1', 'commandFailed');
    expect(failed).toMatchObject({ command: 'query', promptId: 'p1', class: 'auth' });
    expect(failed.message).toContain(`${claudeConfigDir} is no folder`);
    mkdirSync(claudeConfigDir);
    await hub.commands(queryOf('s1', 'say hi', { claudeConfigDir }));
    await hub.turnEnded('s1');
  });
});

test('a folder that does not exist is a clear message, not a runner', async () => {
  await withMachine(async (machine, dir) => {
    using hub = await machine.connect();
    const gone = join(dir, 'gone');
    await hub.commands(queryOf('s1', 'say hi', { cwd: gone, promptId: 'p1' }));
    const failed = await hub.event('s1', 'commandFailed');
    expect(failed).toMatchObject({ command: 'query', promptId: 'p1' });
    expect(failed.message).toContain(`The folder ${gone} does not exist`);
    mkdirSync(gone);
    await hub.commands(queryOf('s1', 'env PWD', { cwd: gone }));
    await hub.turnEnded('s1');
  });
});

test('a session with a worktree of its own works in it, in the folder of its project, also when it goes on there later', async () => {
  await withMachine(async (machine, dir) => {
    using hub = await machine.connect();
    const repository = new TestRepository(join(dir, 'repository'), { 'web/a.txt': 'a\n' });
    const cwd = join(machine.paths.worktreesDir, 'one');
    const worktree = { repository: join(repository.path, 'web'), branch: 'agor/one' };
    const session = fresh();
    await hub.commands(queryOf(session, 'cwd', { cwd, worktree }));
    await hub.turnEnded(session);
    const inside = { cwd: join(cwd, 'web'), told: join(cwd, 'web') };
    expect(hub.agentEvents(session)).toEqual([inside]);
    expect(git(cwd, 'branch', '--show-current')).toBe('agor/one');
    await hub.commands(
      queryOf(session, 'cwd', { cwd, worktree }),
      commandOf({ kind: 'stop', sessionId: SessionId.parse(session), reason: 'enough' }),
      queryOf(session, 'cwd', { cwd, worktree }),
    );
    await hub.turnEnded(session, 3);
    expect(hub.agentEvents(session)).toEqual([inside, inside, inside]);
  });
});

test('a session whose worktree can not be made is told why, and no runner starts', async () => {
  await withMachine(async (machine, dir) => {
    using hub = await machine.connect();
    const worktree = { repository: dir, branch: 'agor/one' };
    const cwd = join(machine.paths.worktreesDir, 'one');
    await hub.commands(queryOf('s1', 'say hi', { cwd, worktree, promptId: 'p1' }));
    const failed = await hub.event('s1', 'commandFailed');
    expect(failed).toMatchObject({ command: 'query', promptId: 'p1' });
    expect(failed.message).toContain('is in no git repository');
    expect(hub.eventsOf('s1').map(({ kind }) => kind)).not.toContain('runnerStarted');
  });
});

test('commands for a session without a runner are done by doing nothing', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(
      commandOf({ kind: 'interrupt', sessionId: s1 }),
      commandOf({ kind: 'stop', sessionId: s1, reason: 'x' }),
      commandOf({ kind: 'set', sessionId: s1, model: 'm' }),
      commandOf({
        kind: 'answer',
        sessionId: s1,
        askId: AskId.parse('a1'),
        answer: { kind: 'permission', decision: 'allow' },
      }),
    );
    await hub.commands(queryOf('s1', 'say hi'));
    await hub.turnEnded('s1');
    expect(hub.eventsOf('s1').map(({ kind }) => kind)).not.toContain('commandFailed');
  });
});

test('an interrupt that does not end the turn within 10 s ends the runner', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('s1', 'say working\nhang'));
    await hub.until('it works', () => hub.agentEvents('s1').length > 0);
    await hub.commands(commandOf({ kind: 'interrupt', sessionId: s1 }));
    expect(await hub.event('s1', 'runnerExited')).toMatchObject({
      expected: false,
      reason: 'the turn did not end within 10 s after an interrupt',
    });
  });
}, 30_000);

test('a runner that never gets ready is ended, and its last words are told without secrets', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    hub.send({ t: 'sessionEnvironment', sessionId: s1, env: { TEST_NEVER_READY: '1' } });
    await hub.commands(queryOf('s1', 'say hi'));
    await hub.event('s1', 'runnerStarted');
    const open = commandOf({
      kind: 'open',
      sessionId: SessionId.parse('s2'),
      provider: ProviderId.parse('scripted'),
      projectId: null,
      options: RunOptions.parse({ cwd: '/' }),
    });
    await hub.commands(open);
    await hub.event('s2', 'runnerStarted');
    const failed = await hub.event('s1', 'commandFailed');
    expect(failed.message).toContain('I shall never be ready; my key is [redacted]');
    expect(await hub.event('s1', 'runnerExited')).toMatchObject({ expected: false });
  });
}, 30_000);

test('stop does not wait for a start that hangs', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    hub.send({ t: 'sessionEnvironment', sessionId: s1, env: { TEST_NEVER_READY: '1' } });
    await hub.commands(queryOf('s1', 'say hi'));
    await hub.event('s1', 'runnerStarted');
    await hub.commands(commandOf({ kind: 'stop', sessionId: s1, reason: 'enough' }));
    expect(await hub.event('s1', 'runnerExited')).toMatchObject({ expected: true });
  });
});

test('streamed text comes in order, its message after it, and a late hub gets it from the beginning', async () => {
  await withMachine(async (machine) => {
    // What is acknowledged is gone from the journal, and nobody could be behind any more.
    using hub = await machine.connect({ acks: false });
    await hub.commands(queryOf('s1', 'say first\nstream b1 one two three\nsay second\nstream b2 still open\nhang'));
    await hub.until('all is there', () =>
      hub.deltas.some(({ blockId, text }) => blockId === 'b2' && text.includes('open')),
    );
    const textOf = (block: string, deltas = hub.deltas): string => {
      let text = '';
      for (const delta of deltas) {
        if (delta.blockId !== block) continue;
        expect(delta.offset).toBe(text.length);
        text += delta.text;
      }
      return text;
    };
    expect([textOf('b1'), textOf('b2')]).toEqual(['one two three', 'still open']);
    const first = hub.log.findIndex((item) => 'line' in item && item.line.type === 'agent_event');
    const stream = hub.log.findIndex((item) => 'blockId' in item && item.blockId === 'b1');
    expect(first).toBeLessThan(stream);

    using behind = await machine.connect({ acknowledged: { ...hub.last, seq: hub.last.seq - 1 } });
    expect(behind.welcome.openBlocks).toEqual([]);
    await behind.until('the blocks come', () => behind.deltas.length >= 2);
    expect([textOf('b1', behind.deltas), textOf('b2', behind.deltas)]).toEqual(['one two three', 'still open']);
    using caughtUp = await machine.connect({ acknowledged: behind.last });
    expect(caughtUp.welcome.openBlocks.map(({ text }) => text)).toEqual(['one two three', 'still open']);
  });
});

test('the end of a turn tells what was still open', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('s1', 'stream b1 left open'));
    await hub.turnEnded('s1');
    expect(hub.eventsOf('s1').slice(-2)).toMatchObject([
      { kind: 'blockAborted', block: { text: 'left open' } },
      { kind: 'runner', line: { type: 'turn_ended' } },
    ]);
  });
});

test('a runner gets its session’s environment and can prove itself at the agent socket, not afterwards', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect({
      environment: {
        base: { PATH: process.env.PATH ?? '', OPENAI_API_KEY: 'no', AGOR_TOKEN: 'no', FROM_SHELL: 'yes' },
        providers: {},
        projects: {},
      },
    });
    await hub.commands(
      queryOf(
        's1',
        ['AGOR_SESSION', 'AGOR_TOKEN', 'AGOR_SOCKET', 'OPENAI_API_KEY', 'FROM_SHELL']
          .map((name) => `env ${name}`)
          .join('\n'),
      ),
    );
    await hub.turnEnded('s1');
    const [session, token, socket, openai, shell] = hub.agentEvents('s1').map(({ value }) => String(value));
    expect([session, openai, shell]).toEqual(['s1', 'unset', 'yes']);
    expect(socket).toBe(machine.paths.agentSocket);
    const ask = (path: string, bearer: string) =>
      fetch(`http://agor${path}`, { unix: machine.paths.agentSocket, headers: { authorization: `Bearer ${bearer}` } });
    expect(await (await ask('/whoami', token ?? '')).json()).toEqual({ sessionId: 's1' });
    expect((await ask('/whoami', 'wrong')).status).toBe(401);
    expect((await ask('/link', token ?? '')).status).toBe(404);
    await hub.commands(commandOf({ kind: 'stop', sessionId: s1, reason: 'done' }));
    await hub.event('s1', 'runnerExited');
    expect((await ask('/whoami', token ?? '')).status).toBe(401);
  });
});

test('an image that is a blob reaches the runner as its bytes; one that is gone, or too much of it, is a clear message', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const ref = new BlobStore(machine.paths.blobsDir).put(Buffer.from('picture'), 'image/png');
    const withImages = (images: ImageInput[]): LinkCommand => {
      const query = queryOf('s1', 'images');
      return { ...query, command: { ...query.command, images } };
    };
    await hub.commands(withImages([{ kind: 'blob', ref }]));
    await hub.turnEnded('s1');
    const data = Buffer.from('picture').toString('base64');
    expect(hub.agentEvents('s1')).toEqual([{ images: [{ kind: 'inline', mediaType: 'image/png', data }] }]);

    const gone = BlobId.parse('0'.repeat(64));
    await hub.commands(withImages([{ kind: 'blob', ref: { ...ref, blob: gone } }]));
    expect((await hub.event('s1', 'commandFailed')).message).toContain('no longer there');
    const huge: ImageInput = { kind: 'inline', mediaType: 'image/png', data: 'A'.repeat(8 * 1024 * 1024) };
    await hub.commands(withImages([huge, huge, huge, huge]));
    await hub.until('it is refused', () => JSON.stringify(hub.eventsOf('s1')).includes('Send fewer or smaller images'));
  });
});
