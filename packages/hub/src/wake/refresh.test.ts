import { expect, test } from 'bun:test';
import type { SessionState } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock } from '@agor/runtime/testing';
import { Refresh } from './refresh.ts';
import { API, FakeSessions, idle, MINUTE, WEB } from './testing.ts';

/** Agents of tier 1 (web) and tier 2 (api) that nothing holds. */
function agents(minutes: number) {
  const clock = new ManualClock();
  const sessions = new FakeSessions();
  const notes: string[] = [];
  const held = new Set<string>();
  const refresh = new Refresh({
    clock,
    log: createLogger({ name: 'test', file: '/dev/null' }),
    minutes: () => minutes,
    agents: () =>
      [
        { id: WEB, tier: 1 as const },
        { id: API, tier: 2 as const },
      ].filter(({ id }) => !held.has(id)),
    core: { sessions, agents: sessions },
    team: { note: (agent, type, detail) => void notes.push(`${agent} ${type} ${detail}`) },
  });
  refresh.start();
  const done = (more: Partial<SessionState> = {}): SessionState => ({
    ...idle('s', WEB),
    ended: 'done',
    lastActivityAt: clock.now(),
    ...more,
  });
  const texts = () => sessions.prompts.map(({ text }) => text);
  return { clock, sessions, notes, held, done, texts, [Symbol.dispose]: () => refresh[Symbol.dispose]() };
}

test('nobody is reminded unless the person said after how many minutes', () => {
  using place = agents(0);
  place.sessions.put(place.done());
  place.clock.advance(600 * MINUTE);
  expect(place.texts()).toEqual([]);
});

test('an agent with nothing to do is reminded of its role after the time, once, and then after the next', () => {
  using place = agents(60);
  place.sessions.put(place.done());
  place.clock.advance(59 * MINUTE);
  expect(place.texts()).toEqual([]);
  place.clock.advance(MINUTE);
  expect(place.texts()).toEqual([expect.stringContaining('Read your role')]);
  expect(place.notes).toEqual(['web prompt_injection a reminder of its role after 60 min, session s']);
  expect(place.sessions.prompts[0]).toMatchObject({ source: 'agor', wake: 'a reminder after 60 min' });
  // It answered.
  place.sessions.put(place.done({ seq: 9 }));
  place.clock.advance(59 * MINUTE);
  expect(place.texts()).toHaveLength(1);
  place.clock.advance(MINUTE);
  expect(place.texts()).toHaveLength(2);
});

test('an agent of a project is asked to read its instructions and its tasks', () => {
  using place = agents(60);
  place.sessions.put({ ...place.done(), id: idle('a', API).id, projectId: API });
  place.clock.advance(60 * MINUTE);
  expect(place.texts()).toEqual([expect.stringContaining('bttask list')]);
});

test.each<[string, Partial<SessionState>]>([
  ['works', { turn: { id: 't' as never, startedAt: 0 } }],
  ['has prompts waiting', { queue: [{ id: 'p' as never, text: 'x', images: [], source: 'web' }] }],
  ['failed', { ended: 'failed' }],
  ['was stopped by the person', { ended: 'stopped' }],
  ['never worked', { ended: 'none' }],
])('one that %s is left alone', (_, more) => {
  using place = agents(60);
  place.sessions.put(place.done(more));
  place.clock.advance(180 * MINUTE);
  expect(place.texts()).toEqual([]);
});

test('one that Stop All holds is left alone, and so is one without a session', () => {
  using place = agents(60);
  place.held.add(WEB);
  place.sessions.put(place.done());
  place.clock.advance(180 * MINUTE);
  expect(place.texts()).toEqual([]);
});
