import { expect, test } from 'bun:test';
import { connect as connectTcp, type Socket } from 'node:net';
import type { FollowFrame, FollowItem, SessionEvent } from '@agor/protocol';
import { SessionId } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { fakeCore } from '../testing/fake-core.ts';
import { startTestHub } from '../testing/test-hub.ts';

const EVENTS = 300_000;
const BATCH = 64;
const MB = 1024 * 1024;

test('a client that stalls while 300 000 events are produced gets every one, in order, and costs the hub little memory', async () => {
  const source = new Source();
  const streams = { follow: () => source.frames(), watch: async function* () {} };
  await using hub = await startTestHub({ openCore: fakeCore({}, { streams }) });
  const client = new StallingClient(hub.url, hub.token);
  await client.opened;
  client.stall();
  client.request(['events', 'follow'], { sessionId: SessionId.parse('s1'), tail: 0 });

  await until('the source is asked no more', () => source.isQuiet());
  const made = source.made;
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(EVENTS);
  Bun.gc(true);
  const held = process.memoryUsage().rss;
  // Others are served meanwhile.
  expect(await hub.client.session.list({})).toEqual([]);
  expect(source.made).toBe(made);

  let highest = held;
  client.resume(() => {
    highest = Math.max(highest, process.memoryUsage().rss);
  });
  await client.ended;
  expect(client.seqs).toBe(EVENTS);
  expect(client.inOrder).toBe(true);
  expect((highest - held) / MB).toBeLessThan(300);
  client.close();
}, 60_000);

/** Makes events as fast as it is asked. */
class Source {
  made = 0;
  #lastSeen = -1;
  #quietFor = 0;

  async *frames(): AsyncGenerator<FollowFrame, void> {
    const text = 'x'.repeat(200);
    while (this.made < EVENTS) {
      const items: FollowItem[] = [];
      for (let i = 0; i < BATCH && this.made < EVENTS; i++) {
        const event = {
          kind: 'notice',
          level: 'info',
          code: 'n',
          message: text,
          seq: ++this.made,
          at: 0,
        } as SessionEvent;
        items.push({ event });
      }
      yield { kind: 'batch', items };
    }
  }

  /** Asked repeatedly: whether nothing was made between the last looks. */
  isQuiet(): boolean {
    this.#quietFor = this.made === this.#lastSeen ? this.#quietFor + 1 : 0;
    this.#lastSeen = this.made;
    return this.made > 0 && this.#quietFor > 20;
  }
}

/** A client over a plain TCP socket, for no WebSocket of a library can be told to stop reading. */
class StallingClient {
  seqs = 0;
  inOrder = true;
  readonly opened: Promise<void>;
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  #onData: () => void = () => {};
  #held: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #upgraded = false;

  constructor(url: string, token: string) {
    const { port, host } = new URL(url);
    const opened = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    this.opened = opened.promise;
    this.ended = ended.promise;
    this.#socket = connectTcp(Number(port), '127.0.0.1');
    this.#socket.write(
      `GET /rpc HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    this.#socket.on('data', (chunk: Buffer) => {
      this.#onData();
      this.#held = Buffer.concat([this.#held, chunk]);
      if (!this.#upgraded) {
        const end = this.#held.indexOf('\r\n\r\n');
        if (end < 0) return;
        this.#held = this.#held.subarray(end + 4);
        this.#upgraded = true;
        opened.resolve();
      }
      for (let frame = this.#nextFrame(); frame !== null; frame = this.#nextFrame()) this.#read(frame);
      if (this.seqs >= EVENTS) ended.resolve();
    });
    this.#socket.on('close', () => ended.reject(new Error(`the hub hung up after ${this.seqs} events`)));
    this.ended.catch(() => {});
  }

  stall(): void {
    this.#socket.pause();
  }

  resume(onData: () => void): void {
    this.#onData = onData;
    this.#socket.resume();
  }

  request(path: string[], input: unknown): void {
    const text = JSON.stringify({ i: '1', p: { u: `/${path.join('/')}`, b: { json: input } } });
    const payload = Buffer.from(text);
    const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(frame: Buffer): void {
    const message = JSON.parse(frame.toString());
    for (const item of message.p?.d?.json?.items ?? []) {
      this.seqs++;
      if (item.event.seq !== this.seqs) this.inOrder = false;
    }
  }

  /** The payload of the next whole text frame; control frames are skipped. */
  #nextFrame(): Buffer | null {
    if (this.#held.length < 2) return null;
    const short = this.#held.readUInt8(1) & 127;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (this.#held.length < head) return null;
    const length =
      short === 126 ? this.#held.readUInt16BE(2) : short === 127 ? Number(this.#held.readBigUInt64BE(2)) : short;
    if (this.#held.length < head + length) return null;
    const opcode = this.#held.readUInt8(0) & 15;
    const payload = this.#held.subarray(head, head + length);
    this.#held = this.#held.subarray(head + length);
    return opcode === 1 || opcode === 2 ? payload : Buffer.from('{}');
  }
}
