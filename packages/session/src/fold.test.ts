import { expect, test } from 'bun:test';
import type { SessionEventBody } from '@agor/protocol';
import fc from 'fast-check';
import { fold, foldAll } from './fold.ts';
import { mayDispatch, statusOf } from './status.ts';
import { ask, created, permissionAsk, place, prompt, promptId, SESSION, stateOf, text, turn } from './testing.ts';

const started: SessionEventBody = { kind: 'turnStarted', turnId: turn('t1'), promptId: promptId('a') };
const ended: SessionEventBody = { kind: 'turnEnded', turnId: turn('t1'), outcome: 'done' };
const process: SessionEventBody = { kind: 'processStarted', pid: 7, startTime: '1' };
const sentA: SessionEventBody[] = [
  { kind: 'promptQueued', prompt: prompt('a') },
  { kind: 'promptSent', promptId: promptId('a') },
];

test('a prompt goes from the queue to the agent and leaves the session done', () => {
  expect(stateOf({ kind: 'promptQueued', prompt: prompt('a') }).queue.map((p) => p.text)).toEqual(['a']);
  const sent = stateOf(...sentA);
  expect(sent.queue).toEqual([]);
  expect(statusOf(sent, true)).toBe('starting');
  expect(statusOf(stateOf(...sentA, process, started), true)).toBe('running');
  const done = stateOf(...sentA, process, started, text('m', 'hello'), ended);
  expect(statusOf(done, true)).toBe('done');
  expect(done.lastText).toBe('hello');
});

test('a prompt queued while a turn runs changes no status, and can be edited and cancelled', () => {
  const running = [...sentA, process, started];
  const queued = stateOf(...running, { kind: 'promptQueued', prompt: prompt('b') });
  expect(statusOf(queued, true)).toBe('running');
  const edited = stateOf(
    ...running,
    { kind: 'promptQueued', prompt: prompt('b') },
    { kind: 'promptEdited', promptId: promptId('b'), text: 'better' },
  );
  expect(edited.queue[0]?.text).toBe('better');
  const cancelled = stateOf(
    ...running,
    { kind: 'promptQueued', prompt: prompt('b') },
    { kind: 'promptCancelled', promptId: promptId('b') },
  );
  expect(cancelled.queue).toEqual([]);
});

test('every end state is left by a new prompt', () => {
  for (const outcome of ['done', 'failed', 'interrupted', 'lost'] as const) {
    const after = stateOf(
      ...sentA,
      started,
      { kind: 'turnEnded', turnId: turn('t1'), outcome },
      { kind: 'promptQueued', prompt: prompt('b') },
      { kind: 'promptSent', promptId: promptId('b') },
      { kind: 'turnStarted', turnId: turn('t2'), promptId: promptId('b') },
    );
    expect(statusOf(after, true)).toBe('running');
    expect(after.error).toBeNull();
  }
});

test('a turn may begin without a prompt', () => {
  expect(statusOf(stateOf({ kind: 'turnStarted', turnId: turn('t9') }), true)).toBe('running');
});

test('an ask makes the session wait while its turn goes on, until it is answered', () => {
  const asked = [...sentA, process, started, { kind: 'askOpened', ask: permissionAsk('q') } as const];
  expect(statusOf(stateOf(...asked), true)).toBe('waiting');
  expect(stateOf(...asked).turn).not.toBeNull();
  const answer = { kind: 'permission', decision: 'allow' } as const;
  const answered = stateOf(...asked, { kind: 'askAnswered', askId: ask('q'), answer, by: 'web' });
  expect(statusOf(answered, true)).toBe('running');
  expect(answered.asks[0]).toMatchObject({ status: 'answered', answeredBy: 'web' });
});

test('a crash fails the session visibly and keeps what could not be delivered', () => {
  const crashed = stateOf(
    ...sentA,
    process,
    { kind: 'promptDoubtful', promptId: promptId('a'), reason: 'the machine died' },
    { kind: 'processExited', code: null, signal: 'SIGKILL', expected: false },
  );
  expect(statusOf(crashed, true)).toBe('failed');
  expect(crashed.undelivered).toMatchObject([{ doubtful: true, prompt: { text: 'a' } }]);
  const again = stateOf(
    ...sentA,
    { kind: 'promptDoubtful', promptId: promptId('a'), reason: 'x' },
    { kind: 'promptSent', promptId: promptId('a') },
  );
  expect(again.undelivered).toEqual([]);
  expect(again.inFlight.map((p) => p.text)).toEqual(['a']);
});

test('a restarted agent has not failed any more', () => {
  const crashed: SessionEventBody[] = [
    ...sentA,
    process,
    started,
    { kind: 'turnEnded', turnId: turn('t1'), outcome: 'lost' },
    { kind: 'processExited', code: null, signal: 'SIGKILL', expected: false },
  ];
  expect(statusOf(stateOf(...crashed), true)).toBe('failed');
  const restarted = stateOf(...crashed, { kind: 'processStarted', pid: 8, startTime: '2' });
  expect(statusOf(restarted, true)).toBe('idle');
  expect(restarted.error).toBeNull();
});

const restarting = (attempt = 1): SessionEventBody => ({
  kind: 'health',
  health: { state: 'restarting', attempt, maxAttempts: 5, nextRetryAt: 2_000, lastError: 'killed' },
});
const degraded: SessionEventBody = { kind: 'health', health: { state: 'degraded', restarts: 1 } };
const healthy: SessionEventBody = { kind: 'health', health: { state: 'healthy' } };
const killed: SessionEventBody = { kind: 'processExited', code: null, signal: 'SIGKILL', expected: false };
const lost: SessionEventBody = { kind: 'turnEnded', turnId: turn('t1'), outcome: 'lost' };
const reopened: SessionEventBody = { kind: 'processStarted', pid: 8, startTime: '2', background: true };

test('an agent at rest that crashes and is restarted by itself is at rest again, and was never shown as failed', () => {
  const crash = [...sentA, process, started, ended, restarting(), killed];
  expect(statusOf(stateOf(...crash.slice(0, -1)), true)).toBe('retrying');
  expect(statusOf(stateOf(...crash), true)).toBe('retrying');
  expect(statusOf(stateOf(...crash), false)).toBe('unreachable');
  const back = stateOf(...crash, reopened, degraded);
  expect([statusOf(back, true), back.error, back.health.state]).toEqual(['done', null, 'degraded']);
});

test('a turn that was lost stays a failure after the restart, and the queue waits for the person', () => {
  const crash = [
    ...sentA,
    process,
    started,
    { kind: 'promptQueued', prompt: prompt('b') } as const,
    restarting(),
    lost,
  ];
  const back = stateOf(...crash, killed, reopened, degraded);
  expect(statusOf(stateOf(...crash, killed), true)).toBe('retrying');
  expect([statusOf(back, true), back.process?.pid]).toEqual(['failed', 8]);
  expect(back.error?.message).toContain('SIGKILL');
  expect([mayDispatch(back), mayDispatch(back, true)]).toEqual([false, true]);
});

test('while an agent is being restarted its queue waits also when nothing was lost', () => {
  const crash = stateOf(...sentA, process, started, ended, restarting(), killed, {
    kind: 'promptQueued',
    prompt: prompt('b'),
  });
  expect([mayDispatch(crash), mayDispatch(crash, true)]).toEqual([false, true]);
});

test("the person's own start makes a sick agent healthy", () => {
  const failed: SessionEventBody = { kind: 'health', health: { state: 'failed', attempts: 5, lastError: 'gave up' } };
  for (const sick of [
    [restarting(), killed],
    [failed, killed],
  ]) {
    const back = stateOf(...sentA, process, started, ended, ...sick, { ...reopened, background: false });
    expect([statusOf(back, true), back.health.state]).toEqual(['idle', 'healthy']);
  }
});

test('tries that are over leave the session failed with the reason', () => {
  const failed: SessionEventBody = { kind: 'health', health: { state: 'failed', attempts: 5, lastError: 'gave up' } };
  for (const end of [[failed, killed], [killed, failed], [failed]]) {
    const state = stateOf(...sentA, process, started, ended, restarting(), ...end.filter((e) => e !== killed), killed);
    expect([statusOf(state, true), state.error?.message, state.health.state]).toEqual(['failed', 'gave up', 'failed']);
  }
});

test('a stop while the next try is awaited leaves the session stopped', () => {
  const stop: SessionEventBody = { kind: 'stopRequested', mode: 'stop', by: 'web' };
  const stopping = [...sentA, process, started, ended, restarting(), killed, stop];
  expect(statusOf(stateOf(...stopping), true)).toBe('stopping');
  expect(statusOf(stateOf(...stopping, healthy), true)).toBe('stopped');
  const midTry = [...stopping, reopened, { ...killed, expected: true }];
  expect(statusOf(stateOf(...midTry), true)).toBe('stopped');
  expect(stateOf(...midTry).health.state).toBe('healthy');
});

test('an agent that is gone for good has no health to speak of', () => {
  const stable = [...sentA, process, started, ended, restarting(), killed, reopened, degraded];
  for (const expected of [true, false]) {
    const state = stateOf(...stable, { ...killed, expected, reason: 'the machine process died' });
    expect([state.health.state, statusOf(state, true)]).toEqual(['healthy', expected ? 'done' : 'failed']);
  }
});

test('an expected exit between turns keeps the session done; a stop in a turn makes it stopped', () => {
  const exit: SessionEventBody = { kind: 'processExited', code: 0, signal: null, expected: true };
  expect(statusOf(stateOf(...sentA, process, started, ended, exit), true)).toBe('done');
  const stopped = stateOf(
    ...sentA,
    process,
    started,
    { kind: 'stopRequested', mode: 'stop', by: 'web' },
    { kind: 'turnEnded', turnId: turn('t1'), outcome: 'interrupted' },
    exit,
  );
  expect(statusOf(stopped, true)).toBe('stopped');
});

test('a stop while the agent is still starting leaves the session stopped, not failed, and the prompt to be sent again', () => {
  const stop: SessionEventBody = { kind: 'stopRequested', mode: 'stop', by: 'web' };
  const failed: SessionEventBody = {
    kind: 'promptFailed',
    promptId: promptId('a'),
    message: 'stopped before it was ready',
    class: 'unknown',
  };
  const exited: SessionEventBody = { kind: 'processExited', code: 0, signal: null, expected: true };
  expect(statusOf(stateOf(...sentA, stop), true)).toBe('stopping');
  for (const end of [[failed], [process, exited, failed]]) {
    const stopped = stateOf(...sentA, stop, ...end);
    expect(statusOf(stopped, true)).toBe('stopped');
    expect(stopped).toMatchObject({ stopping: false, error: null, undelivered: [{ doubtful: false }] });
    const again = stateOf(...sentA, stop, ...end, { kind: 'promptSent', promptId: promptId('a') }, failed);
    expect(statusOf(again, true)).toBe('failed');
  }
  const doubtful: SessionEventBody = { kind: 'promptDoubtful', promptId: promptId('a'), reason: 'lost' };
  expect(stateOf(...sentA, stop, doubtful).stopping).toBe(false);
});

test('a session with a live process is unreachable while its machine is', () => {
  expect(statusOf(stateOf(...sentA, process, started), false)).toBe('unreachable');
  expect(
    statusOf(
      stateOf(...sentA, process, started, ended, { kind: 'processExited', code: 0, signal: null, expected: true }),
      false,
    ),
  ).toBe('done');
});

test('an event of an unknown kind advances the log and changes nothing else', () => {
  const before = stateOf();
  const after = stateOf({ kind: 'unknown', raw: { kind: 'later' } });
  expect({ ...after, seq: 0, lastActivityAt: 0 }).toEqual({ ...before, seq: 0, lastActivityAt: 0 });
});

test('a replay changes nothing and a gap is refused', () => {
  const events = place([created, ...sentA, started]);
  const state = foldAll(SESSION, undefined, events);
  expect(foldAll(SESSION, state, events)).toEqual(state as never);
  expect(() => fold(SESSION, undefined, place([started])[0] as never)).toThrow('begins with');
  expect(() => fold(SESSION, foldAll(SESSION, undefined, events.slice(0, 2)), events[3] as never)).toThrow(
    'event 4 after 2',
  );
});

test('folding in pieces, with overlaps, gives the same state as folding at once', () => {
  const bodies: SessionEventBody[] = [
    ...sentA,
    process,
    started,
    text('m1', 'one'),
    { kind: 'askOpened', ask: permissionAsk('q') },
    { kind: 'promptQueued', prompt: prompt('b') },
    { kind: 'askLapsed', askId: ask('q') },
    { kind: 'turnEnded', turnId: turn('t1'), outcome: 'lost' },
    { kind: 'processExited', code: 1, signal: null, expected: false },
    { kind: 'promptSent', promptId: promptId('b') },
  ];
  const events = place([created, ...bodies]);
  const whole = foldAll(SESSION, undefined, events);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(events.length), fc.nat(3)), { maxLength: 8 }), (cuts) => {
      let state = foldAll(SESSION, undefined, events.slice(0, 1));
      let at = 1;
      for (const [to, overlap] of cuts.toSorted((a, b) => a[0] - b[0])) {
        const end = Math.max(at, to);
        state = foldAll(SESSION, state, events.slice(Math.max(0, at - overlap), end));
        at = end;
      }
      expect(foldAll(SESSION, state, events.slice(at))).toEqual(whole as never);
    }),
  );
});

test('lists in the state stay bounded however long the session lives', () => {
  const bodies: SessionEventBody[] = [];
  for (let n = 0; n < 200; n++) {
    bodies.push({ kind: 'askOpened', ask: permissionAsk(`q${n}`) }, { kind: 'askDelivered', askId: ask(`q${n}`) });
    bodies.push({
      kind: 'message',
      message: {
        id: `c${n}`,
        type: 'tool_call',
        timestamp: 0,
        content: { toolUseId: `u${n}`, name: 'Bash', kind: 'execute', input: {} },
      },
    });
  }
  const state = stateOf(...bodies);
  expect(state.asks.length).toBeLessThanOrEqual(10);
  expect(state.activeTools.length).toBeLessThanOrEqual(100);
});

test('a session counts the tokens of all its turns, those read from a cache too, and takes its cost as the vendor adds it up', () => {
  const cost = (id: string, totalCostUsd: number): SessionEventBody => ({
    kind: 'message',
    message: {
      id,
      type: 'cost',
      timestamp: 0,
      content: {
        totalCostUsd,
        durationMs: 10,
        inputTokens: 5,
        cacheReadTokens: 100,
        cacheCreationTokens: 20,
        outputTokens: 7,
        numTurns: 1,
        isError: false,
      },
    },
  });
  expect(stateOf(cost('a', 0.1), cost('b', 0.3)).usage).toMatchObject({
    costUsd: 0.3,
    inputTokens: 250,
    outputTokens: 14,
    turns: 2,
  });
});

test('the failure that a limit was is over with the limit; another failure stays', () => {
  const limited: SessionEventBody = { kind: 'limited', until: 9, limit: '5 h' };
  const failed = (of: 'quota' | 'network'): SessionEventBody =>
    ({ ...ended, outcome: 'failed', class: of }) as SessionEventBody;
  const after = (of: 'quota' | 'network') => stateOf(...sentA, started, limited, failed(of), { kind: 'limitLifted' });
  expect(statusOf(stateOf(...sentA, started, limited, failed('quota')), true)).toBe('limited');
  expect([statusOf(after('quota'), true), after('quota').error]).toEqual(['idle', null]);
  expect(statusOf(after('network'), true)).toBe('failed');
});
