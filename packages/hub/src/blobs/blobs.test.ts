import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BlobId, type ImageInput, SessionId } from '@agor/protocol';
import { blobPath, renewBlob, systemClock } from '@agor/runtime';
import { ManualClock } from '@agor/runtime/testing';
import { command, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';
import { EventLog } from '../log/index.ts';
import { BlobSweeper, sweepBlobs } from './index.ts';

const HOUR = 3_600_000;
let hub: TestHub;
let h: TestCore;
beforeEach(() => {
  hub = new TestHub();
  h = hub.open();
});
afterEach(() => hub[Symbol.asyncDispose]());

function blob(content: string, ageMs: number): BlobId {
  const id = createHash('sha256').update(content).digest('hex') as BlobId;
  const path = blobPath(hub.paths.blobsDir, id);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  const then = (Date.now() - ageMs) / 1_000;
  utimesSync(path, then, then);
  return id;
}
const isThere = (id: BlobId) => existsSync(blobPath(hub.paths.blobsDir, id));
const image = (id: BlobId): ImageInput => ({ kind: 'blob', ref: { blob: id, size: 1, mediaType: 'image/png' } });
const give = (id: BlobId) =>
  h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('look', { images: [image(id)] }) });
const sweep = (isSafe = () => true) =>
  sweepBlobs({
    db: h.db,
    blobsDir: hub.paths.blobsDir,
    clock: systemClock,
    signal: new AbortController().signal,
    isSafe,
  });

test('an old blob that nothing names is deleted; one that an event names, and a young one, stay', async () => {
  const [named, orphan, young] = [blob('named', 48 * HOUR), blob('orphan', 48 * HOUR), blob('young', HOUR)];
  give(named);
  expect(await sweep()).toMatchObject({ deleted: 1, bytes: 6 });
  expect([isThere(named), isThere(orphan), isThere(young)]).toEqual([true, false, true]);
});

test('what a vendor has begun, and what an event of an unknown kind names, stays', async () => {
  const [memory, unknown] = [blob('memory', 48 * HOUR), blob('unknown', 48 * HOUR)];
  const { sessionId } = h.core.sessions.create({ ...command(), projectId: PROJECT });
  h.db.raw.run('INSERT INTO adapter_memory (session_id, json) VALUES (?, ?)', [
    sessionId,
    JSON.stringify({ input: { $blob: { blob: memory } } }),
  ]);
  h.db.raw.run("INSERT INTO session_events (session_id, seq, at, kind, payload) VALUES ('x', 1, 1, 'unknown', ?)", [
    JSON.stringify({ kind: 'unknown', raw: JSON.stringify({ $blob: { blob: unknown } }) }),
  ]);
  expect(await sweep()).toMatchObject({ deleted: 0 });
});

test('in a log of many events every named blob is found, and others work meanwhile', async () => {
  const names = Array.from({ length: 30 }, (_, i) => blob(`named ${i}`, 48 * HOUR));
  const orphans = Array.from({ length: 120 }, (_, i) => blob(`orphan ${i}`, 48 * HOUR));
  const insert = h.db.raw.prepare(
    "INSERT INTO session_events (session_id, seq, at, kind, payload) VALUES ('x', ?, 1, 'message', ?)",
  );
  h.db.write(() => {
    for (let i = 0; i < 9_000; i++) insert.run(i, i % 300 === 7 ? `{"blob":"${names[(i - 7) / 300]}"}` : '{}');
  });
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  // Named only while the sweep is under way: after its beginning, before its deletions.
  const late = orphans[0] as BlobId;
  let looks = 0;
  const swept = await sweep(() => {
    if (looks++ === 0) give(late);
    return true;
  });
  clearInterval(counting);
  expect(names.filter((id) => !isThere(id))).toEqual([]);
  expect(isThere(late)).toBe(true);
  expect(swept.deleted).toBe(119);
  expect(turns).toBeGreaterThan(1);
});

test('a blob that is written again is young again: its event may be on its way', async () => {
  const id = blob('same content', 48 * HOUR);
  expect(renewBlob(blobPath(hub.paths.blobsDir, id))).toBe(true);
  expect(renewBlob(blobPath(hub.paths.blobsDir, '0'.repeat(64)))).toBe(false);
  await sweep();
  expect(isThere(id)).toBe(true);
});

test('it is swept a minute after the start and daily, but not while the machine may hold events back', async () => {
  const clock = new ManualClock();
  const log = new EventLog(h.db, h.bus, clock);
  let told = false;
  let sweeps = 0;
  const sweeper = new BlobSweeper({
    db: h.db,
    log,
    blobsDir: hub.paths.blobsDir,
    clock,
    logger: hub.logger,
    machineHasTold: () => told,
    sweep: async () => ({ deleted: sweeps++, bytes: 0, next: 0 }),
  });
  await clock.advanceAsync(2 * HOUR);
  expect(sweeps).toBe(0);
  told = true;
  await clock.advanceAsync(HOUR);
  expect(sweeps).toBe(1);
  await clock.advanceAsync(72 * HOUR);
  expect(sweeps).toBe(4);
  const id = SessionId.parse('s');
  log.transaction(() => {
    const { cwd, provider } = { cwd: '/', provider: 'demo' as never };
    log.create(id, { kind: 'sessionCreated', projectId: null, provider, cwd, title: '', permissionMode: 'default' });
    log.append(id, [
      { kind: 'processStarted', pid: 1, startTime: '1' },
      { kind: 'paused', reason: 'journal full' },
    ]);
  });
  await clock.advanceAsync(72 * HOUR);
  expect(sweeps).toBe(4);
  sweeper[Symbol.dispose]();
  expect(clock.pending).toBe(0);
});
