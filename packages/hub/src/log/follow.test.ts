import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { BlockId, type Delta, type FollowFrame, type SessionEventBody, SessionId, TurnId } from '@agor/protocol';
import { createLogger, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { OpenBlocks } from '@agor/session';
import { DEMO } from '../core/testing.ts';
import { type HubDatabase, openHubDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import { EventLog, follow, LiveSessions } from './index.ts';

const ID = SessionId.parse('session');
const BLOCK = BlockId.parse('block');
const TURN = TurnId.parse('turn');
let dir: ReturnType<typeof tempDir>;
let db: HubDatabase;
let log: EventLog;
let live: LiveSessions;

beforeEach(() => {
  dir = tempDir();
  db = openHubDatabase(join(dir.path, 'sessions.db'));
  log = new EventLog(db, new HubBus(createLogger({ name: 'test', file: join(dir.path, 'log') })), systemClock);
  live = new LiveSessions(log, systemClock);
  log.transaction(() =>
    log.create(ID, {
      kind: 'sessionCreated',
      projectId: null,
      provider: DEMO,
      cwd: '/',
      title: '',
      permissionMode: 'default',
    }),
  );
});
afterEach(() => {
  db.close();
  dir[Symbol.dispose]();
});

const text = (words: string, blockId?: BlockId): SessionEventBody => ({
  kind: 'message',
  message: { id: words, type: 'text', timestamp: 1, blockId, content: { text: words } },
});
const append = (...bodies: SessionEventBody[]) => log.transaction(() => log.append(ID, bodies));
const delta = (offset: number, words: string, blockId: BlockId = BLOCK): Delta => ({
  sessionId: ID,
  blockId,
  kind: 'text',
  offset,
  text: words,
});

/** A client: applies frames as the face does and checks what the contract promises. */
class Client {
  seq = 0;
  epoch = '';
  readonly blocks = new OpenBlocks();
  readonly kinds: string[] = [];
  holes = 0;
  largestBatch = 0;
  readonly frames: AsyncGenerator<FollowFrame, void>;
  readonly #controller = new AbortController();

  constructor(cursor?: { epoch: string; seq: number }, tail = 400) {
    this.seq = cursor?.seq ?? 0;
    this.frames = follow(log, live, { sessionId: ID, cursor, tail }, this.#controller.signal);
  }

  async read(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const { value } = await this.frames.next();
      if (value) this.#apply(value);
    }
  }

  async readUntil(check: () => boolean): Promise<void> {
    while (!check()) await this.read(1);
  }

  stop(): void {
    this.#controller.abort();
  }

  #apply(frame: FollowFrame): void {
    this.kinds.push(frame.kind);
    if (frame.kind === 'snapshot') {
      this.seq = frame.seq;
      this.epoch = frame.epoch;
    }
    if (frame.kind !== 'batch') {
      this.blocks.reset(frame.openBlocks);
      return;
    }
    this.largestBatch = Math.max(this.largestBatch, frame.items.length);
    for (const item of frame.items) {
      if ('delta' in item) {
        if (!this.blocks.apply(item.delta)) this.holes++;
        continue;
      }
      expect(item.event.seq).toBe(this.seq + 1);
      this.seq = item.event.seq;
      this.blocks.settle(item.event);
    }
  }
}

test('a follower gets a snapshot, then events and deltas in the order in which they happened', async () => {
  append(text('before'));
  const client = new Client();
  await client.read(1);
  expect([client.seq, client.kinds]).toEqual([2, ['snapshot']]);
  log.pass(delta(0, 'he'));
  log.transaction(() => {
    log.pass(delta(2, 'llo'));
    log.append(ID, [text('hello', BLOCK)]);
    log.pass(delta(0, 'next', BlockId.parse('second')));
  });
  await client.read(1);
  expect([client.seq, client.holes]).toEqual([3, 0]);
  expect(client.blocks.list()).toMatchObject([{ blockId: 'second', text: 'next' }]);
});

test('a cursor of the same epoch is resumed without gap or double', async () => {
  append(...Array.from({ length: 200 }, (_, i) => text(`word ${i}`)));
  const client = new Client({ epoch: log.epoch(ID), seq: 50 });
  await client.read(1);
  append(text('meanwhile'));
  await client.readUntil(() => client.seq === 202);
  expect(client.kinds).not.toContain('snapshot');
  expect(client.largestBatch).toBeLessThanOrEqual(64);
});

test('a cursor of another epoch, of the future or too far back is answered with a snapshot', async () => {
  append(...Array.from({ length: 5_100 }, (_, i) => text(`word ${i}`)));
  for (const cursor of [
    { epoch: 'other', seq: 5_000 },
    { epoch: log.epoch(ID), seq: 9_999 },
    { epoch: log.epoch(ID), seq: 1 },
  ]) {
    const client = new Client(cursor, 10);
    await client.read(1);
    expect([client.kinds, client.seq]).toEqual([['snapshot'], 5_101]);
    client.stop();
  }
});

test('a client that stalls under 300 000 events gets every one, and nothing is kept for it meanwhile', async () => {
  const client = new Client();
  await client.read(1);
  const total = 300_000;
  for (let i = 0; i < total; i += 2_000)
    log.transaction(() => {
      log.append(
        ID,
        Array.from({ length: 2_000 }, () => text('w')),
      );
      log.pass(delta(0, 'lost to the stalled client', BlockId.parse(`block ${i}`)));
    });
  await client.readUntil(() => client.seq === total + 1 && client.kinds.at(-1) === 'resumed');
  expect(client.blocks.size).toBe(live.openBlocks(ID).length);
  append(text('live again'));
  await client.read(1);
  expect(client.seq).toBe(total + 2);
}, 30_000);

test('deltas that a slow client has not read are joined', async () => {
  const client = new Client();
  await client.read(1);
  for (let i = 0; i < 5_000; i++) log.pass(delta(i, 'x'));
  await client.read(1);
  expect(client.kinds).toEqual(['snapshot', 'batch']);
  expect(client.largestBatch).toBe(1);
  expect(client.blocks.lengthOf(BLOCK)).toBe(5_000);
});

test('after a new connection to the machine followers get its open blocks, after what came before', async () => {
  const client = new Client();
  await client.read(1);
  log.pass(delta(0, 'old'));
  append({ kind: 'turnStarted', turnId: TURN }, { kind: 'turnEnded', turnId: TURN, outcome: 'done' });
  live.resetBlocks([{ sessionId: ID, blockId: BLOCK, kind: 'text', text: 'new words', truncated: false }]);
  await client.read(2);
  expect(client.kinds).toEqual(['snapshot', 'batch', 'resumed']);
  expect(client.blocks.list()).toMatchObject([{ text: 'new words' }]);
});

test('a delta with a hole before it is not told; the message brings the text', async () => {
  const client = new Client();
  await client.read(1);
  log.pass(delta(10, 'late'));
  append(text('whole', BLOCK));
  await client.read(1);
  expect([client.holes, client.seq]).toEqual([0, 2]);
});

test('a follower that stops is let go of', async () => {
  const client = new Client();
  await client.read(1);
  const next = client.frames.next();
  client.stop();
  expect((await next).done).toBe(true);
  const returned = new Client();
  await returned.read(1);
  await returned.frames.return();
  append(text('to nobody'));
  expect((await returned.frames.next()).done).toBe(true);
});
