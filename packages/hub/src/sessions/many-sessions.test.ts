import { afterEach, beforeEach, expect, test } from 'bun:test';
import { newId, SessionId, type SessionState } from '@agor/protocol';
import { command, nothingElse, PROJECT, type TestCore, TestHub } from '../core/testing.ts';

const MANY = 5_000;
let hub: TestHub;
let h: TestCore;
beforeEach(() => {
  hub = new TestHub();
  h = hub.open();
});
afterEach(() => hub[Symbol.asyncDispose]());

const models = Array.from({ length: 8 }, (_, i) => ({ id: `m${i}`, label: 'Model', description: 'x'.repeat(60) }));
const commands = Array.from({ length: 60 }, (_, i) => ({ name: `c${i}`, description: 'x'.repeat(60) }));

/** Sessions 0 (oldest) to n - 1, straight into the tables: five thousand operations would be five thousand syncs. */
function fill(n: number): SessionId[] {
  const { sessionId } = h.core.sessions.create({ ...command(), projectId: PROJECT });
  const { state } = h.core.sessions.get(sessionId);
  h.db.raw.run('DELETE FROM sessions');
  const insert = h.db.raw.prepare(
    `INSERT INTO sessions (id, epoch, project_id, created_at, last_activity_at, open, snapshot_seq, state)
     VALUES (?, 'e', ?, ?, ?, 0, 1, ?)`,
  );
  const ids = Array.from({ length: n }, () => newId(SessionId));
  h.db.write(() => {
    for (const [i, id] of ids.entries()) {
      const at = Math.floor(i / 2); // two at a time: equal times must not lose one between pages
      const old: SessionState = { ...state, id, models, commands, createdAt: at, lastActivityAt: at };
      insert.run(id, PROJECT, at, at, JSON.stringify(old));
    }
  });
  return ids;
}

async function snapshot() {
  const frames = h.core.streams.watch(nothingElse);
  const frame = (await frames.next()).value;
  await frames.return();
  if (frame?.kind !== 'snapshot') throw new Error('no snapshot');
  return frame;
}

test('with 5 000 old sessions the first frame holds the newest 500 and every older one under way, without lists of models', async () => {
  const ids = fill(MANY);
  const alive = ids[3];
  h.db.raw.run('UPDATE sessions SET open = 1 WHERE id = ?', [alive ?? '']);
  const frame = await snapshot();
  expect(frame.sessions).toHaveLength(501);
  expect(frame.sessions.at(-1)?.state.id).toBe(alive as SessionId);
  expect(frame.sessions.every(({ state }) => state.models.length === 0 && state.commands.length === 0)).toBe(true);
  expect(JSON.stringify(frame).length).toBeLessThan(1_000_000);
});

test('pages of the list reach every session once, and the session itself has its models and commands', () => {
  const ids = fill(MANY);
  for (const projectId of [undefined, PROJECT]) {
    const seen: SessionId[] = [];
    for (let before: SessionId | undefined; ; before = seen.at(-1)) {
      const page = h.core.sessions.list({ projectId, before });
      expect(page.length).toBeLessThanOrEqual(500);
      if (page.length === 0) break;
      seen.push(...page.map(({ state }) => state.id));
    }
    expect(seen).toHaveLength(MANY);
    expect(new Set(seen)).toEqual(new Set(ids));
  }
  expect(h.core.sessions.get(ids[0] as SessionId).state).toMatchObject({ models, commands });
});

test('a change of a session is told without its models and commands', async () => {
  const { sessionId } = h.core.sessions.create({ ...command(), projectId: PROJECT });
  h.db.raw.run("UPDATE sessions SET state = json_set(state, '$.models', json(?), '$.commands', json(?))", [
    JSON.stringify(models),
    JSON.stringify(commands),
  ]);
  await h[Symbol.asyncDispose]();
  h = hub.open();
  expect(h.core.sessions.get(sessionId).state.models).toEqual(models);
  const frames = h.core.streams.watch(nothingElse);
  await frames.next();
  h.core.sessions.rename({ ...command(), sessionId, title: 'Other' });
  const frame = (await frames.next()).value;
  await frames.return();
  if (frame?.kind !== 'sessions') throw new Error(`a frame ${frame?.kind}`);
  expect(frame.changed[0]?.state).toMatchObject({ title: 'Other', models: [], commands: [] });
});
