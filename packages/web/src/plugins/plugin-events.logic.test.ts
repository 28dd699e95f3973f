import { AgentId, OPERATOR, SessionId, type SessionSummary, type WatchFrame } from '@agor/protocol';
import { initialState } from '@agor/session';
import { expect, test } from 'vitest';
import { created } from '../testing/events.ts';
import { emittedName, PluginEvents } from './plugin-events.logic.ts';

const sessions = (...changed: SessionSummary[]): WatchFrame => ({ kind: 'sessions', changed, removed: [] });

function summary(status: SessionSummary['status'], turns = 0): SessionSummary {
  if (created.kind !== 'sessionCreated') throw new Error('it begins with its creation');
  const state = initialState(SessionId.parse('s1'), created, 0);
  return { state: { ...state, title: 'Secret plan', usage: { ...state.usage, turns } }, status } as SessionSummary;
}

test('a session that changes is told by what changed; its words are kept apart for those who may read them', () => {
  const events = new PluginEvents(() => 'Shop');
  events.read(sessions(summary('idle')));
  const told = events.read(sessions(summary('running', 1)));
  expect(told.map(({ event }) => event)).toEqual(['session.status', 'turn.ended']);
  expect(told[0]?.payload).toMatchObject({ project: 'Shop', status: 'running', before: 'idle' });
  expect(JSON.stringify(told[0]?.payload)).not.toContain('Secret');
  expect(events.read(sessions(summary('running', 1)))).toEqual([]);
});

test('messages are told of only to who may read them, and only those to the person', () => {
  const events = new PluginEvents(() => '');
  const message = (to: AgentId) => ({ kind: 'message' as const, to, id: 'm1' });
  const told = events.read({ kind: 'team', changes: [message(OPERATOR), message(AgentId.parse('web'))] });
  expect(told).toEqual([{ event: 'message.received', needs: 'messages:read', payload: { id: 'm1' } }]);
});

test('no plugin speaks for agor, whatever its id is', () => {
  expect(emittedName('guest', 'greeted')).toBe('guest.greeted');
  expect(emittedName('guest', 'guest.greeted')).toBe('guest.greeted');
  expect(emittedName('guest', 'session.status')).toBe('guest.session.status');
  expect(emittedName('session', 'status')).toBe(null);
  expect(emittedName('message', 'message.received')).toBe(null);
  expect(emittedName('settings', 'changed')).toBe(null);
});
