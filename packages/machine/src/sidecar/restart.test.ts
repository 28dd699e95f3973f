import { expect, test } from 'bun:test';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MachineEvent, ProviderId, type RunnerHealth, RunOptions, SessionId } from '@agor/protocol';
import { processesWithEnv } from '@agor/runtime';
import { commandOf, type LinkClient, queryOf, withMachine } from '../testing/index.ts';

const fresh = () => SessionId.parse(`session-${crypto.randomUUID()}`);
const healthOf = (hub: LinkClient, id: SessionId): RunnerHealth[] =>
  hub.eventsOf(id).flatMap((event) => (event.kind === 'health' ? [event.health] : []));
const starts = (hub: LinkClient, id: SessionId) =>
  hub.eventsOf(id).flatMap((event) => (event.kind === 'runnerStarted' ? [event] : []));
const isLast = (hub: LinkClient, id: SessionId, state: RunnerHealth['state']) =>
  healthOf(hub, id).at(-1)?.state === state;
const kinds = (events: readonly MachineEvent[]) => events.map(({ kind }) => kind);

test('kill -9 of a runner: it is started again with the conversation and the options it had, and takes the next prompt', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const id = fresh();
    await hub.commands(queryOf(id, 'conversation c-42\nhang'));
    await hub.until('it works', () => kinds(hub.eventsOf(id)).filter((kind) => kind === 'runner').length >= 3);
    const [first] = starts(hub, id);
    process.kill(first?.process.pid ?? 0, 'SIGKILL');
    await hub.until('it runs again', () => isLast(hub, id, 'degraded'));
    expect(healthOf(hub, id)).toMatchObject([
      { state: 'restarting', attempt: 1, maxAttempts: 5, lastError: "The agent's process was ended by SIGKILL" },
      { state: 'degraded', restarts: 1 },
    ]);
    // The judgement comes before the exit, so that nobody sees an end that is none.
    expect(kinds(hub.eventsOf(id)).filter((kind) => kind === 'health' || kind === 'runnerExited')).toEqual([
      'health',
      'runnerExited',
      'health',
    ]);
    const [, second] = starts(hub, id);
    expect(second).toMatchObject({ background: true });
    const told = hub.eventsOf(id).flatMap((e) => (e.kind === 'runner' && e.line.type === 'agent_info' ? [e.line] : []));
    expect(told.at(-1)).toMatchObject({ providerSessionId: 'c-42' });
    await hub.commands(queryOf(id, 'say here I am'));
    await hub.turnEnded(id);
    expect(starts(hub, id)).toHaveLength(2);
  });
}, 20_000);

test('a hub that comes while a runner is being restarted is told so; a prompt starts it at once, with no try beside it', async () => {
  await withMachine(async (machine, dir) => {
    using hub = await machine.connect();
    const id = fresh();
    const crashes = join(dir, 'crash');
    hub.send({ t: 'sessionEnvironment', sessionId: id, env: { TEST_CRASH_FILE: crashes } });
    await hub.commands(queryOf(id, 'say one'));
    await hub.turnEnded(id);
    writeFileSync(crashes, '');
    process.kill(starts(hub, id)[0]?.process.pid ?? 0, 'SIGKILL');
    await hub.until('the second try is awaited', () => healthOf(hub, id).length === 2);
    expect(healthOf(hub, id)[1]).toMatchObject({
      state: 'restarting',
      attempt: 2,
      lastError: expect.stringContaining('7'),
    });
    using later = await machine.connect({ acknowledged: hub.last });
    expect(later.welcome.restarting).toEqual([id]);
    rmSync(crashes);
    await later.commands(queryOf(id, 'say two'));
    await later.turnEnded(id);
    expect(healthOf(later, id)).toEqual([{ state: 'healthy' }]);
    expect(starts(later, id)).toMatchObject([{ kind: 'runnerStarted' }]);
    expect(starts(later, id)[0]?.background).toBeUndefined();
  });
}, 20_000);

test('a stop while the next try is awaited leaves nothing that starts by itself', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const id = fresh();
    await hub.commands(queryOf(id, 'say up\ncrash 1'));
    await hub.until('it is to be restarted', () => isLast(hub, id, 'restarting'));
    await hub.commands(commandOf({ kind: 'stop', sessionId: id, reason: 'enough' }));
    await hub.until('the tries are over', () => isLast(hub, id, 'healthy'));
    using later = await machine.connect({ acknowledged: hub.last });
    expect(later.welcome.restarting).toEqual([]);
    expect(processesWithEnv('AGOR_SESSION', id)).toEqual([]);
  });
}, 20_000);

test('an agent that is started ahead says so of its start; one that cannot be is no failure of the session', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const [id, lost] = [fresh(), fresh()];
    const warm = (sessionId: SessionId, cwd: string) =>
      commandOf({
        kind: 'open',
        sessionId,
        provider: ProviderId.parse('scripted'),
        projectId: null,
        warm: true,
        options: RunOptions.parse({ cwd }),
      });
    await hub.commands(warm(lost, '/no/such/folder'), warm(id, '/'));
    await hub.event(id, 'runnerStarted');
    await hub.commands(queryOf(id, 'say warm'));
    await hub.turnEnded(id);
    expect(starts(hub, id)).toMatchObject([{ background: true }]);
    await hub.commands(queryOf(lost, 'say late'));
    await hub.turnEnded(lost);
    expect(kinds(hub.eventsOf(lost))).not.toContain('commandFailed');
  });
});

test('a restart ends a runner that hears nothing any more, and one takes its place', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const id = fresh();
    await hub.commands(queryOf(id, 'conversation c-7\nhang'));
    await hub.until('it works', () => kinds(hub.eventsOf(id)).filter((kind) => kind === 'runner').length >= 3);
    const pid = starts(hub, id)[0]?.process.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    const options = RunOptions.parse({ cwd: '/', resumeSessionId: 'c-7' });
    const provider = ProviderId.parse('scripted');
    await hub.commands(
      commandOf({ kind: 'stop', sessionId: id, reason: 'stopped by web' }),
      commandOf({ kind: 'open', sessionId: id, provider, projectId: null, options }),
    );
    await hub.until('another runs', () => starts(hub, id).length === 2);
    expect(await hub.event(id, 'runnerExited')).toMatchObject({ expected: true });
    expect(healthOf(hub, id)).toEqual([]);
    await hub.commands(queryOf(id, 'say back'));
    await hub.turnEnded(id);
  });
}, 30_000);
