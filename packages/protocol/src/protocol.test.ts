import { expect, test } from 'bun:test';
import {
  AgentMessage,
  Answer,
  Ask,
  FromRunner,
  GroupsFile,
  JournalEntry,
  newId,
  PromptId,
  readFromMachine,
  readSessionEvent,
  SessionId,
  settingSchema,
  ToMachine,
  ToRunner,
} from './index.ts';

/** What goes over a wire must come back the same. */
function roundTrip<T>(schema: { parse(value: unknown): T }, value: unknown): void {
  const parsed = schema.parse(value);
  expect(schema.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
  expect(parsed).toMatchObject(value as object);
}

const sessionId = 's1';
const askValue = { id: 'q', kind: 'permission', toolName: 'Bash', title: 'npm test', input: { command: 'npm test' } };

test('runner lines of every kind survive the wire', () => {
  for (const line of [
    { type: 'ready', provider: 'demo', pid: 1 },
    { type: 'pong' },
    { type: 'agent_log', message: 'x' },
    { type: 'agent_delta', sessionId, blockId: 'b', kind: 'text', text: 'a' },
    { type: 'agent_started', sessionId, turnId: 't', promptId: 'p' },
    { type: 'prompt_accepted', sessionId, promptId: 'p' },
    { type: 'agent_event', sessionId, event: { any: ['thing', 1, null] }, blockId: 'b' },
    { type: 'turn_ended', sessionId, turnId: 't', outcome: 'failed', message: 'm', class: 'auth' },
    { type: 'ask', sessionId, ask: askValue },
    { type: 'ask_withdrawn', sessionId, askId: 'q' },
    { type: 'answer_accepted', sessionId, askId: 'q' },
    { type: 'rule_used', sessionId, ruleId: 'r' },
    { type: 'retrying', sessionId, delayMs: 500, attempt: 1, class: 'overloaded' },
    { type: 'limited', sessionId, resetsAt: null, limit: 'five_hour' },
    { type: 'agent_info', sessionId, models: [{ id: 'm', label: 'M' }] },
    { type: 'agent_stopped', sessionId, exitCode: 0, signal: null },
    { type: 'agent_error', sessionId, message: 'no' },
    { type: 'error', message: 'bad line' },
  ]) {
    roundTrip(FromRunner, line);
  }
});

test('lines to a runner survive the wire and get their defaults', () => {
  const query = { type: 'query', sessionId, promptId: 'p', prompt: 'hi', options: { cwd: '/w' } };
  roundTrip(ToRunner, query);
  expect(ToRunner.parse(query)).toMatchObject({
    images: [],
    options: { permissionMode: 'default', settingSources: ['user'] },
  });
  for (const line of [
    { type: 'open', sessionId, options: { cwd: '/w', resumeSessionId: 'x' } },
    { type: 'answer', sessionId, askId: 'q', answer: { kind: 'permission', decision: 'always' } },
    { type: 'interrupt', sessionId },
    { type: 'set', sessionId, permissionMode: 'plan' },
    { type: 'stop', sessionId },
    { type: 'ping', nonce: 'n' },
  ]) {
    roundTrip(ToRunner, line);
  }
});

test('malformed lines are refused with the place of the fault', () => {
  for (const [schema, bad] of [
    [FromRunner, { type: 'agent_started', sessionId }],
    [FromRunner, { type: 'nonsense' }],
    [FromRunner, { type: 'agent_delta', sessionId: '', blockId: 'b', kind: 'text', text: '' }],
    [ToRunner, { type: 'query', sessionId, promptId: 'p', prompt: 7, options: { cwd: '/' } }],
    [ToRunner, { type: 'set', sessionId, permissionMode: 'yolo' }],
    [Answer, { kind: 'permission', decision: 'maybe' }],
    [Ask, { ...askValue, kind: 'question', questions: [] }],
    [AgentMessage, { id: 'x', type: 'text', content: {}, timestamp: 1 }],
    [ToMachine, { t: 'ack', epoch: 'e', seq: -1 }],
    [JournalEntry, { seq: 0, at: 1, event: { kind: 'resumed', sessionId } }],
  ] as const) {
    const result = schema.safeParse(bad);
    expect(result.success).toBe(false);
    expect(result.error?.issues.length).toBeGreaterThan(0);
  }
});

test('an event of a newer version is kept whole', () => {
  const event = readSessionEvent({ seq: 3, at: 9, kind: 'teleported', to: 'mars' });
  expect(event).toEqual({ seq: 3, at: 9, kind: 'unknown', raw: { seq: 3, at: 9, kind: 'teleported', to: 'mars' } });
  expect(() => readSessionEvent({ kind: 'resumed' })).toThrow();
});

test("a newer machine's journal entry is kept whole beside the known ones", () => {
  const frame = readFromMachine({
    t: 'events',
    epoch: 'e',
    entries: [
      { seq: 1, at: 1, event: { kind: 'resumed', sessionId } },
      { seq: 2, at: 1, event: { kind: 'levitated', sessionId, height: 3 } },
    ],
  });
  expect(frame).toMatchObject({
    entries: [
      { seq: 1, event: { kind: 'resumed' } },
      { seq: 2, event: { kind: 'unknown', raw: { kind: 'levitated', height: 3 } } },
    ],
  });
  expect(() => readFromMachine({ t: 'events', epoch: 'e', entries: [{ seq: 1, at: 1, event: {} }] })).toThrow();
});

test('groups.json keeps the fields that this version does not know, at every level', () => {
  const file = {
    version: 1,
    activeGroupId: 'g',
    later: 1,
    groups: [
      {
        id: 'g',
        name: 'G',
        colour: 'red',
        projects: [{ id: 'p', name: 'P', identifier: 'p', cwd: '/p', mood: 'fine' }],
      },
    ],
  };
  expect(GroupsFile.parse(file)).toMatchObject(file);
});

test('settings have a schema each, and an unknown key has none', () => {
  expect(settingSchema('term_font_size')?.safeParse(30).success).toBe(false);
  expect(settingSchema('providers.claude')?.parse({ path: '/x', later: true })).toMatchObject({
    enabled: true,
    later: true,
  });
  expect(settingSchema('providers.')).toBeNull();
  expect(settingSchema('no_such')).toBeNull();
  expect(settingSchema('toString')).toBeNull();
});

test('fresh ids are of their kind and never the same', () => {
  const ids = new Set(Array.from({ length: 100 }, () => newId(SessionId)));
  expect(ids.size).toBe(100);
  expect(PromptId.safeParse('').success).toBe(false);
});
