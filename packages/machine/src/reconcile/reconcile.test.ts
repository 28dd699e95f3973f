import { expect, test } from 'bun:test';
import type { LinkCommand, MachineEvent } from '@agor/protocol';
import { processesWithEnv } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { instanceMark } from '../environment/index.ts';
import { killHard, type LinkClient, queryOf, startTestMachine, stopMachine } from '../testing/index.ts';

test('after kill -9 of the machine the next one leaves no process of before, and tells what became of each prompt', async () => {
  using dir = tempDir();
  const session = crypto.randomUUID();
  const first = startTestMachine(dir.path);
  let second = first;
  try {
    const hub = await first.connect();
    await hub.commands(queryOf(session, 'child\nsay working\nhang', { promptId: 'confirmed' }));
    await hub.until('it works', () => hub.agentEvents(session).length >= 2);
    await hub.commands(queryOf('other', 'refuse\nsay working\nhang', { promptId: 'unconfirmed' }));
    await hub.until('the other works', () => hub.agentEvents('other').length >= 1);
    expect(processesWithEnv('AGOR_SESSION', session)).toHaveLength(2);
    await killHard(first);

    second = startTestMachine(dir.path);
    using again = await second.connect({ acknowledged: hub.last });
    // A hub that comes before the leftovers are ended must not take them for gone: their end is still to be told.
    const stillTold = new Set<string>(again.welcome.runners.map(({ sessionId }) => sessionId));
    const told = again.welcome.journal.seq;
    expect(await again.event(session, 'runnerExited')).toMatchObject({
      expected: false,
      code: null,
      reason: 'the machine process died',
    });
    expect(await again.event('other', 'runnerExited')).toMatchObject({ expected: false });
    for (const { seq, event } of again.entries)
      if (event.kind === 'runnerExited')
        expect([event.sessionId, seq <= told || stillTold.has(event.sessionId)]).toEqual([event.sessionId, true]);
    expect(again.eventsOf(session).map(({ kind }) => kind)).toEqual(['runnerExited']);
    expect(again.eventsOf('other')).toMatchObject([
      { kind: 'promptDoubtful', promptId: 'unconfirmed' },
      { kind: 'runnerExited' },
    ]);
    expect(processesWithEnv('AGOR_MARK', instanceMark(second.paths))).toEqual([]);
    expect(again.welcome.journal.epoch).toBe(hub.last.epoch);

    await again.commands(queryOf(session, 'say again'));
    await again.turnEnded(session);
  } finally {
    await killHard(first);
    await stopMachine(second);
  }
}, 30_000);

test('however the machine is killed, each prompt has one outcome and nothing is journaled twice', async () => {
  const seed = Number(process.env.AGOR_SEED ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const random = mulberry32(seed);
  using dir = tempDir();
  const prompts: string[] = [];
  const log: MachineEvent[] = [];
  let cursor: LinkClient['last'] | null = null;
  let outbox: LinkCommand[] = [];
  let machine = startTestMachine(dir.path);
  /** The hub keeps what it got and sends again what was not acknowledged. */
  const collect = (hub: LinkClient): void => {
    log.push(...hub.entries.map(({ event }) => event));
    if (hub.count > 0) cursor = hub.last;
    outbox = outbox.filter(({ id }) => !hub.acknowledgedCommands.has(id));
  };
  try {
    for (let round = 0; round < 12; round++) {
      const hub: LinkClient = await machine.connect({ acknowledged: cursor });
      for (const session of ['s1', 's2']) {
        const query = queryOf(session, 'say one\nevents 50 100\nsay two', { promptId: `${round}-${session}` });
        prompts.push(query.command.promptId);
        outbox.push(query);
      }
      hub.command(...outbox);
      // A seeded moment somewhere between the arrival of the commands and the end of the turns.
      const after = Math.floor(random() * 60);
      await Promise.race([hub.until('some entries came', () => hub.count >= after), pause(random() * 150)]);
      await killHard(machine);
      await hub.closed();
      collect(hub);
      machine = startTestMachine(dir.path);
    }
    const last = await machine.connect({ acknowledged: cursor });
    if (outbox.length > 0) await last.commands(...outbox);
    const end = [queryOf('s1', 'say end', { promptId: 'end-1' }), queryOf('s2', 'say end', { promptId: 'end-2' })];
    await last.commands(...end);
    await last.until('the last turns ended', () =>
      ['end-1', 'end-2'].every(
        (id) =>
          JSON.stringify(last.entries).includes(`${id}-turn`) &&
          last.agentEvents(id === 'end-1' ? 's1' : 's2').some(({ text }) => text === 'end'),
      ),
    );
    collect(last);
    last.close();
  } finally {
    await stopMachine(machine);
  }
  for (const promptId of prompts) {
    const outcomes = log.flatMap((event) => {
      if (event.kind === 'runner' && event.line.type === 'prompt_accepted' && event.line.promptId === promptId)
        return 'accepted';
      if (event.kind === 'promptDoubtful' && event.promptId === promptId) return 'doubtful';
      if (event.kind === 'commandFailed' && event.promptId === promptId) return 'failed';
      return [];
    });
    expect([promptId, outcomes]).toEqual([promptId, [expect.any(String)]]);
  }
  const started = log.filter(({ kind }) => kind === 'runnerStarted').length;
  const exited = log.filter(({ kind }) => kind === 'runnerExited').length;
  expect(started - exited).toBe(2); // the two that live at the end
}, 120_000);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
