import { afterEach, expect, test, vi } from 'vitest';
import { ConnectionStore } from './connection.svelte.ts';

/** A hub that takes what is sent and says what the test wants. */
class FakeSocket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  binaryType = 'blob';
  sent: unknown[] = [];
  send(data: unknown): void {
    this.sent.push(data);
  }
  opens(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }
  says(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  close(): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event('close'));
  }
}

function connect() {
  vi.useFakeTimers();
  const made: FakeSocket[] = [];
  const store = new ConnectionStore('ws://hub', () => {
    const fake = new FakeSocket();
    made.push(fake);
    return fake as unknown as WebSocket;
  });
  const [first] = made as [FakeSocket];
  first.opens();
  return { store, made, first, [Symbol.dispose]: () => store[Symbol.dispose]() };
}
afterEach(() => vi.useRealTimers());

test('a hub that stands still is noticed soon after something was asked of it, and is not called connected any more', async () => {
  using hub = connect();
  hub.store.client.misc.info({}, { context: { retry: 0 } }).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(hub.store.state).toBe('reconnecting');
  expect(hub.made.length).toBeGreaterThan(1);
});

test('a hub that stands still while nobody asks anything is noticed, too', async () => {
  using hub = connect();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([hub.store.state, hub.first.sent]).toEqual(['connected', []]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(hub.store.state).toBe('reconnecting');
});

test('a hub that says something now and then is left alone, however long an answer takes', async () => {
  using hub = connect();
  hub.store.client.misc.info({}, { context: { retry: 0 } }).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
  const asked = hub.first.sent.length;
  for (let second = 0; second < 60; second += 2) {
    hub.first.says('{"i":"another","p":{}}');
    await vi.advanceTimersByTimeAsync(2000);
  }
  expect([hub.store.state, hub.first.sent.length]).toEqual(['connected', asked]);
});
