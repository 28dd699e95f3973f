import { afterEach, expect, test, vi } from 'vitest';
import { ReconnectingSocket } from './socket.ts';

/** A socket whose other end is this test. */
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
  close(): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event('close'));
  }
}

function connect() {
  vi.useFakeTimers();
  const made: FakeSocket[] = [];
  const told: string[] = [];
  const socket = new ReconnectingSocket(
    'ws://hub',
    { open: () => told.push('open'), down: (attempts) => told.push(`down ${attempts}`) },
    () => {
      const fake = new FakeSocket();
      made.push(fake);
      return fake as unknown as WebSocket;
    },
  );
  const closes = vi.fn();
  socket.addEventListener('close', closes);
  return { socket, made, told, closes, newest: () => made.at(-1) as FakeSocket };
}
afterEach(() => vi.useRealTimers());

test('a lost connection fails what was under way and comes back at once', async () => {
  const { socket, made, closes, newest } = connect();
  newest().opens();
  expect(socket.readyState).toBe(WebSocket.OPEN);
  newest().close();
  expect(closes).toHaveBeenCalledTimes(1);
  expect(socket.readyState).toBe(WebSocket.CONNECTING);
  await vi.advanceTimersByTimeAsync(0);
  expect(made).toHaveLength(2);
  newest().opens();
  socket.send('x');
  expect(newest().sent).toEqual(['x']);
});

test('failed attempts wait longer and longer, at most half a second, and fail nobody who waits for the connection', async () => {
  const { made, told, closes, newest } = connect();
  for (const wait of [0, 100, 250, 500, 500, 500]) {
    const before = made.length;
    newest().close();
    await vi.advanceTimersByTimeAsync(Math.max(0, wait - 1));
    if (wait > 0) expect(made).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(made).toHaveLength(before + 1);
  }
  expect(closes).not.toHaveBeenCalled();
  expect(told.at(-1)).toBe('down 6');
});

test('when the network is back it does not wait for its turn', async () => {
  const { socket, made, newest } = connect();
  for (let i = 0; i < 5; i += 1) {
    newest().close();
    await vi.advanceTimersByTimeAsync(1000);
  }
  newest().close();
  const before = made.length;
  socket.retryNow();
  expect(made).toHaveLength(before + 1);
});

test('an attempt that never answers is given up', async () => {
  const { made } = connect();
  await vi.advanceTimersByTimeAsync(6000);
  expect(made.length).toBeGreaterThan(1);
});

test('once disposed of it stays closed', async () => {
  const { socket, made, newest } = connect();
  newest().opens();
  socket[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(made).toHaveLength(1);
  expect(socket.readyState).toBe(WebSocket.CLOSED);
});
