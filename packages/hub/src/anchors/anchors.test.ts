import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  ANCHOR_BUDGETS,
  type LinkCommand,
  MAX_ANCHORS,
  type MachineEvent,
  newId,
  ProjectId,
  type SessionId,
  TurnId,
  type WatchFrame,
} from '@agor/protocol';
import { command, DEMO, nothingElse, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

let hub: TestHub;
let h: TestCore;
beforeEach(async () => {
  hub = new TestHub();
  hub.provider = { systemPrompt: 'eachRun' };
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
});
afterEach(() => hub[Symbol.asyncDispose]());

type Query = Extract<LinkCommand['command'], { kind: 'query' }>;
const queries = (): Query[] => hub.machine.commands.flatMap(({ command: c }) => (c.kind === 'query' ? [c] : []));
const lastQuery = (): Query => queries().at(-1) as Query;
const anchors = () => h.core.anchors.list(PROJECT);
const kinds = () => anchors().anchors.map(({ kind, turn }) => `${kind} ${turn}`);

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
const starts = (sessionId: SessionId): MachineEvent => {
  const { anchors: given } = lastQuery().options;
  const process = { pid: 1, startTime: '1' };
  return { kind: 'runnerStarted', sessionId, provider: DEMO, process, ...(given ? { anchors: given } : {}) };
};
const exits = (sessionId: SessionId): MachineEvent => ({
  kind: 'runnerExited',
  sessionId,
  code: 0,
  signal: null,
  expected: true,
  reason: 'idle',
});
let events = 0;
const line = (sessionId: SessionId, of: object): MachineEvent => ({
  kind: 'runner',
  sessionId,
  line: { sessionId, ...of } as never,
});
const says = (sessionId: SessionId, text: string): MachineEvent =>
  line(sessionId, { type: 'agent_event', event: { type: 'text', id: `e${++events}`, at: 1, text } });
const compacts = (sessionId: SessionId): MachineEvent =>
  line(sessionId, {
    type: 'agent_event',
    event: { type: 'compaction', id: `e${++events}`, at: 1, trigger: 'auto', preTokens: 9, postTokens: 1 },
  });

/** A whole turn: the prompt goes out, and what the agent reports of it comes in. */
async function turn(
  sessionId: SessionId | null,
  text: string,
  ...reports: ((id: SessionId) => MachineEvent)[]
): Promise<SessionId> {
  const asked = queries().length;
  const where = sessionId === null ? { projectId: PROJECT } : { sessionId };
  const { sessionId: id, promptId } = h.core.agents.query({ ...command(), ...where, prompt: prompt(text) });
  await hub.machine.until(() => queries().length > asked);
  const turnId = newId(TurnId);
  const first = h.core.sessions.get(id).state.process ? [] : [starts(id)];
  await report(
    ...first,
    line(id, { type: 'agent_started', turnId, promptId }),
    ...reports.map((of) => of(id)),
    line(id, { type: 'turn_ended', turnId, outcome: 'done' }),
  );
  return id;
}
const answer = (text: string) => (id: SessionId) => says(id, text);
const seqOf = (id: SessionId, text: string): number => {
  const { events: all } = h.core.sessions.page({ sessionId: id, before: Number.MAX_SAFE_INTEGER, limit: 5_000 });
  const found = all.find(
    (event) =>
      (event.kind === 'message' && event.message.type === 'text' && event.message.content.text === text) ||
      (event.kind === 'promptQueued' && event.prompt.text === text),
  );
  if (!found) throw new Error(`"${text}" was not said`);
  return found.seq;
};
const pin = (id: SessionId, text: string) => h.core.anchors.pin({ ...command(), sessionId: id, seq: seqOf(id, text) });

async function compacted(): Promise<SessionId> {
  const id = await turn(null, 'remember the number 7', answer('I do.'));
  for (const n of [2, 3, 4]) await turn(id, `question ${n}`, answer(`answer ${n}`));
  return await turn(id, '/compact', compacts);
}

test('the first compaction of a project keeps the first three turns, once, and the conversation says so', async () => {
  const id = await compacted();
  expect(anchors().anchors).toMatchObject([
    { kind: 'auto', turn: 0, text: 'User: remember the number 7\n\nAssistant: I do.', messageId: null, sessionId: id },
    { kind: 'auto', turn: 1 },
    { kind: 'auto', turn: 2, text: 'User: question 3\n\nAssistant: answer 3' },
  ]);
  const { events: log } = h.core.sessions.page({ sessionId: id, before: Number.MAX_SAFE_INTEGER, limit: 500 });
  expect(log.filter((event) => event.kind === 'notice' && event.code === 'anchors-kept')).toHaveLength(1);
  for (const { id: anchorId } of anchors().anchors) h.core.anchors.remove({ ...command(), anchorId });
  await turn(id, '/compact', compacts);
  const other = await turn(null, 'another conversation', answer('Yes.'), compacts);
  expect(other).not.toBe(id);
  expect(kinds()).toEqual([]);
});

test('the next prompt to the living agent brings the anchors, once after each compaction, and the transcript has them', async () => {
  const id = await compacted();
  await turn(id, 'which number?', answer('7'));
  expect(lastQuery().prompt).toStartWith('which number?\n\n<session-anchors>');
  expect(lastQuery().prompt).toContain(
    '[Turn 1 of this conversation]\nUser: remember the number 7\n\nAssistant: I do.',
  );
  expect(lastQuery().prompt).toEndWith('</session-anchors>');
  const { events: log } = h.core.sessions.page({ sessionId: id, before: Number.MAX_SAFE_INTEGER, limit: 500 });
  const sent = log.flatMap((event) => (event.kind === 'promptSent' && event.anchors ? [event.anchors] : []));
  expect(sent).toMatchObject([{ ids: anchors().injected }]);
  expect(lastQuery().prompt).toEndWith(sent[0]?.text ?? 'none');
  // The prompt itself stays what the person wrote.
  expect(h.core.sessions.get(id).state.lastPrompt).toBe('which number?');
  await turn(id, 'and now?', answer('7'));
  expect(lastQuery().prompt).toBe('and now?');
  await turn(id, '/compact', compacts);
  expect(lastQuery().prompt).toBe('/compact');
  await turn(id, 'once more', answer('7'));
  expect(lastQuery().prompt).toContain('<session-anchors>');
});

test('a new run has the anchors last in its system prompt, and is not told them again', async () => {
  hub.projectRun = { systemPrompt: 'Be brief.' };
  const id = await compacted();
  expect(queries()[0]?.options).toMatchObject({ systemPrompt: 'Be brief.' });
  await report(exits(id));
  await turn(id, 'which number?', answer('7'));
  const { options, prompt: sent } = lastQuery();
  expect(sent).toBe('which number?');
  expect(options.systemPrompt).toStartWith('Be brief.\n\n<session-anchors>');
  expect(options.systemPrompt).toEndWith('</session-anchors>');
  expect(options.anchors).toEqual({ ids: anchors().injected, fromStart: true });
  // What stands in the system prompt, no compaction takes away.
  await turn(id, '/compact', compacts);
  await turn(id, 'and now?', answer('7'));
  expect(lastQuery().prompt).toBe('and now?');
});

test('an agent whose conversation keeps the system prompt that it began with is told the anchors until it is compacted', async () => {
  hub.provider = { systemPrompt: 'newConversation' };
  const id = await compacted();
  await report(line(id, { type: 'agent_info', providerSessionId: 'conversation-1' }), exits(id));
  await turn(id, 'which number?', answer('7'));
  expect(lastQuery().prompt).toContain('<session-anchors>');
  expect(lastQuery().options.systemPrompt).toContain('<session-anchors>');
  expect(lastQuery().options.anchors).toEqual({ ids: anchors().injected, fromStart: false });
  await turn(id, '/compact', compacts);
  // From here on its system prompt is that of its start.
  await turn(id, 'and now?', answer('7'));
  expect(lastQuery().prompt).toBe('and now?');
  const other = await turn(null, 'a new conversation', answer('Yes.'));
  expect(lastQuery().prompt).toBe('a new conversation');
  expect(lastQuery().options.anchors).toMatchObject({ fromStart: true });
  expect(h.core.sessions.get(other).state.anchors.system).toEqual(anchors().injected);
});

test('an agent that takes no system prompt gets them with the first prompt of each run', async () => {
  hub.provider = { systemPrompt: undefined };
  const id = await compacted();
  await report(exits(id));
  await turn(id, 'which number?', answer('7'));
  expect(lastQuery().options.systemPrompt).toBeUndefined();
  expect(lastQuery().prompt).toContain('<session-anchors>');
  await turn(id, 'and now?', answer('7'));
  expect(lastQuery().prompt).toBe('and now?');
});

test('other conversations of the project get them too, and are told where they come from', async () => {
  await compacted();
  const other = await turn(null, 'something else', answer('Yes.'));
  expect(lastQuery().options.systemPrompt).toContain('[Turn 1 of the conversation "remember the number 7"]');
  await turn(other, 'more', answer('Yes.'));
  expect(lastQuery().prompt).toBe('more');
});

test('a pin is kept and goes with no run; promoted it goes, before automatic ones; demoted no more; removed it is gone', async () => {
  const id = await turn(null, 'the name is Ada', answer('Noted.'));
  await turn(id, 'a second', answer('Long.'.repeat(400)));
  const ada = pin(id, 'the name is Ada');
  expect(ada).toMatchObject({ kind: 'pinned', turn: 0, text: 'User: the name is Ada', tokens: 6 });
  const long = pin(id, 'Long.'.repeat(400));
  expect(long).toMatchObject({ turn: 1, text: `Assistant: ${'Long.'.repeat(400)}` });
  expect(pin(id, 'the name is Ada')).toEqual(ada);
  expect(anchors()).toMatchObject({ injected: [], usedTokens: 0, scale: 'medium', budgetTokens: 6_144 });
  h.core.anchors.promote({ ...command(), anchorId: ada.id });
  expect(anchors().injected).toEqual([ada.id]);
  // It still stands in the conversation itself.
  await turn(id, 'who?', answer('Ada.'));
  expect(lastQuery().prompt).toBe('who?');
  expect(lastQuery().options.systemPrompt).toContain('the name is Ada');
  await turn(id, '/compact', compacts);
  await turn(id, 'who again?', answer('Ada.'));
  expect(lastQuery().prompt).toContain('User: the name is Ada');
  h.core.anchors.demote({ ...command(), anchorId: ada.id });
  expect(anchors().injected).not.toContain(ada.id);
  h.core.anchors.remove({ ...command(), anchorId: ada.id });
  expect(anchors().anchors.map((one) => one.id)).not.toContain(ada.id);
  expect(() => h.core.anchors.promote({ ...command(), anchorId: ada.id })).toThrow('removed already');
});

test('within the budget the person’s choice comes before what was kept by itself, and the scale of the project counts', async () => {
  hub.projectRun = { anchorBudgetScale: 'small' };
  const big = 'b'.repeat(5_000);
  const id = await turn(null, 'first', answer('a'.repeat(5_000)));
  await turn(id, 'second', answer(big));
  await turn(id, '/compact', compacts);
  // The second turn would not fit beside the first into 2 000 tokens.
  expect(kinds()).toEqual(['auto 0']);
  const chosen = pin(id, big);
  h.core.anchors.promote({ ...command(), anchorId: chosen.id });
  expect(anchors()).toMatchObject({ injected: [chosen.id], budgetTokens: 2_000 });
  hub.projectRun = { anchorBudgetScale: 'full' };
  expect(anchors().injected).toEqual(anchors().anchors.map((one) => one.id));
  expect(anchors().usedTokens).toBeLessThanOrEqual(ANCHOR_BUDGETS.full);
});

test('a first turn that is too long for the budget is kept with its prompt and its newest words', async () => {
  hub.projectRun = { anchorBudgetScale: 'small' };
  const id = await turn(null, 'go', answer('x'.repeat(7_000)), answer('y'.repeat(3_000)), answer('The end.'), compacts);
  const [kept] = anchors().anchors;
  expect(kept?.text).toBe(
    `User: go\n\n[1 part of this turn left out for the size]\n\nAssistant: ${'y'.repeat(3_000)}\n\nAssistant: The end.`,
  );
  expect(anchors().injected).toEqual([kept?.id ?? '']);
  expect(id).toBe(kept?.sessionId as SessionId);
});

test('only what was said can be pinned, in a project, up to a bound', async () => {
  const id = await turn(null, 'hello', answer('Hello.'));
  expect(() => h.core.anchors.pin({ ...command(), sessionId: id, seq: 1 })).toThrow(
    'Only a prompt and what the agent said',
  );
  expect(() => h.core.anchors.pin({ ...command(), sessionId: id, seq: 99_999 })).toThrow('Only a prompt');
  const insert = h.db.raw.query(
    `INSERT INTO session_anchors (id, project_id, session_id, anchor_type, content, estimated_tokens, turn_index, seq, created_at)
     VALUES (?, ?, ?, 'pinned', 'x', 1, 0, 1, 0)`,
  );
  for (let i = 0; i < MAX_ANCHORS; i++) insert.run(`x${i}`, PROJECT, id);
  expect(() => pin(id, 'Hello.')).toThrow(`${MAX_ANCHORS} anchors already`);
});

test('the same command twice pins once, and another prompt that failed to arrive brings the anchors again', async () => {
  const id = await compacted();
  const again = command();
  const seq = seqOf(id, 'answer 4');
  expect(h.core.anchors.pin({ ...again, sessionId: id, seq })).toEqual(
    h.core.anchors.pin({ ...again, sessionId: id, seq }),
  );
  const asked = queries().length;
  const { promptId } = h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('lost') });
  await hub.machine.until(() => queries().length > asked);
  expect(lastQuery().prompt).toContain('<session-anchors>');
  await report({ kind: 'promptDoubtful', sessionId: id, promptId, reason: 'the machine died' });
  await turn(id, 'again', answer('7'));
  expect(lastQuery().prompt).toContain('<session-anchors>');
});

test('anchors outlive the hub; a rebuild keeps them as they are and makes none twice', async () => {
  const id = await compacted();
  h.core.anchors.promote({ ...command(), anchorId: pin(id, 'answer 4').id });
  const before = anchors();
  await h[Symbol.asyncDispose]();
  h = hub.open();
  await h.core.start();
  expect(anchors()).toEqual(before);
  await h.core.rebuild();
  expect(anchors()).toEqual(before);
  await turn(id, '/compact', compacts);
  expect(kinds()).toEqual(['auto 0', 'auto 1', 'auto 2', 'promoted 3']);
});

test('a compaction whose anchors were not made before the hub died makes them when the next prompt goes out', async () => {
  const id = await compacted();
  h.db.write(() => {
    h.db.raw.run('DELETE FROM session_anchors');
    h.db.raw.run('DELETE FROM anchored_projects');
  });
  await turn(id, 'which number?', answer('7'));
  expect(kinds()).toEqual(['auto 0', 'auto 1', 'auto 2']);
  expect(lastQuery().prompt).toContain('<session-anchors>');
});

test('windows are told of projects whose anchors changed', async () => {
  const told: WatchFrame[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const frame of h.core.streams.watch(nothingElse, stop.signal)) told.push(frame);
  })();
  await compacted();
  stop.abort();
  await watching;
  expect(told).toContainEqual({ kind: 'anchors', projects: [PROJECT] });
  expect(h.core.anchors.list(ProjectId.parse('no-such-project'))).toMatchObject({ anchors: [], injected: [] });
});
