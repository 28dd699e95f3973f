import { expect, test } from 'bun:test';
import type { SessionEventBody, SessionState } from '@agor/protocol';
import { type Activity, activityOf, contextPressure } from './activity.ts';
import { statusOf } from './status.ts';
import { permissionAsk, prompt, promptId, stateOf, turn } from './testing.ts';

const MINUTE = 60_000;
const started: SessionEventBody = { kind: 'processStarted', pid: 1, startTime: '1' };
const turnStarted: SessionEventBody = { kind: 'turnStarted', turnId: turn('t') };
const toolCalled: SessionEventBody = {
  kind: 'message',
  message: {
    id: 'm',
    type: 'tool_call',
    timestamp: 0,
    content: { toolUseId: 'u', name: 'Bash', kind: 'execute', input: {} },
  },
};

function after(
  minutes: number,
  state: SessionState,
  { stallMinutes = 15, heardAt = null as number | null, linkUp = true } = {},
): Activity {
  const now = state.lastActivityAt + minutes * MINUTE;
  return activityOf(state, statusOf(state, linkUp), { stallMinutes, heardAt, now });
}

test('without a turn an agent is inactive, however long', () => {
  expect(after(60, stateOf(started))).toEqual({ state: 'inactive' });
  expect(after(60, stateOf(started, turnStarted, { kind: 'turnEnded', turnId: turn('t'), outcome: 'done' }))).toEqual({
    state: 'inactive',
  });
});

test('with a tool in flight it runs, and the tool is named', () => {
  expect(after(14, stateOf(started, turnStarted, toolCalled))).toEqual({ state: 'running', tool: 'Bash' });
});

test('a turn without a tool is idle until the threshold, and stalled from it on', () => {
  const state = stateOf(started, turnStarted);
  expect(after(3, state)).toEqual({ state: 'idle', idleMs: 3 * MINUTE });
  expect(after(14.99, state).state).toBe('idle');
  expect(after(15, state)).toEqual({ state: 'stalled', idleMs: 15 * MINUTE, tool: null });
  expect(after(5, state, { stallMinutes: 5 }).state).toBe('stalled');
});

test('a hung tool is stalled too', () => {
  expect(after(15, stateOf(started, turnStarted, toolCalled))).toEqual({
    state: 'stalled',
    idleMs: 15 * MINUTE,
    tool: 'Bash',
  });
});

test('an agent that never takes its prompt is stalled', () => {
  const state = stateOf({ kind: 'promptQueued', prompt: prompt('a') }, { kind: 'promptSent', promptId: promptId('a') });
  expect(after(1, state).state).toBe('idle');
  expect(after(15, state).state).toBe('stalled');
});

test('streamed text is a sign of life before it is an event', () => {
  const state = stateOf(started, turnStarted);
  expect(after(20, state, { heardAt: state.lastActivityAt + 19 * MINUTE })).toEqual({ state: 'idle', idleMs: MINUTE });
});

test('an agent that waits for the person, or that nobody can hear, is not stalled', () => {
  expect(after(60, stateOf(started, turnStarted, { kind: 'askOpened', ask: permissionAsk('q') })).state).toBe('idle');
  expect(after(60, stateOf(started, turnStarted, { kind: 'paused', reason: 'budget' })).state).toBe('idle');
  expect(after(60, stateOf(started, turnStarted), { linkUp: false }).state).toBe('idle');
});

test('a wait for the next try is no silence until the try is due', () => {
  const until = 30 * MINUTE;
  const state = stateOf(started, turnStarted, { kind: 'retrying', until, attempt: 1, class: 'overloaded' });
  const at = (now: number) => activityOf(state, statusOf(state, true), { stallMinutes: 15, heardAt: null, now }).state;
  expect(at(until + 14 * MINUTE)).toBe('idle');
  expect(at(until + 15 * MINUTE)).toBe('stalled');
});

test('context pressure is the live window’s, and unknown where nobody says', () => {
  const usage = (contextTokens: number, contextWindow?: number): SessionEventBody => ({
    kind: 'message',
    message: { id: 'u', type: 'usage', timestamp: 0, content: { contextTokens, contextWindow } },
  });
  expect(contextPressure(stateOf(started))).toBeNull();
  expect(contextPressure(stateOf(started, usage(50)))).toBeNull();
  expect(contextPressure(stateOf(started, usage(150, 200)))).toBe(0.75);
  expect(contextPressure(stateOf(started, usage(300, 200)))).toBe(1);
  expect(contextPressure(stateOf(usage(150, 200)))).toBeNull();
});
