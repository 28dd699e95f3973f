import { MAX_PTY_INPUT_BYTES, PtyOp } from '@agor/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PtySocket, ptyUrl } from './pty-socket.ts';
import { FakePtySocket } from './testing/fake-pty-socket.ts';

function open() {
  const made: FakePtySocket[] = [];
  const told: string[] = [];
  const frames: string[] = [];
  const socket = new PtySocket(
    'ws://hub/pty/1',
    { frame: ({ op }) => frames.push(op), state: (state) => told.push(state) },
    () => {
      const fake = new FakePtySocket();
      made.push(fake);
      return fake.asWebSocket();
    },
  );
  return { socket, made, told, frames, newest: () => made.at(-1) as FakePtySocket };
}
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a terminal counts as attached when its screen is there, and not before', () => {
  const { socket, told, frames, newest } = open();
  socket.attach();
  newest().screen('$ ');
  expect(told).toEqual(['connecting', 'attached']);
  expect(frames).toEqual(['screen']);
  expect(socket.input(new Uint8Array([65]))).toBe(true);
  expect(newest().sent).toEqual([new Uint8Array([PtyOp.input, 65])]);
});

test('what is typed while it attaches is sent in order once it is there, also over a lost connection', async () => {
  const { socket, newest } = open();
  expect(socket.input(new TextEncoder().encode('l'))).toBe(true);
  socket.attach();
  socket.input(new TextEncoder().encode('s'));
  expect(newest().sent).toEqual([]);
  newest().screen('$ ');
  expect(newest().typed()).toBe('ls');
  newest().closes(1006);
  socket.input(new TextEncoder().encode('pwd\r'));
  await vi.advanceTimersByTimeAsync(1);
  newest().screen('$ ls');
  expect(newest().typed()).toBe('pwd\r');
});

test('typed too much, or too long ago, it is not sent in part', async () => {
  const { socket, newest } = open();
  socket.attach();
  expect(socket.input(new Uint8Array(20 * 1024))).toBe(false);
  expect(socket.input(new TextEncoder().encode('rm '))).toBe(true);
  await vi.advanceTimersByTimeAsync(11_000);
  socket.input(new TextEncoder().encode('-rf x'));
  newest().screen('$ ');
  expect(newest().typed()).toBe('');
  socket.detach();
  socket.input(new TextEncoder().encode('a'));
  socket.detach();
  socket.attach();
  newest().screen('$ ');
  expect(newest().typed()).toBe('');
});

test('a lost connection comes back at once, later attempts wait up to a second', async () => {
  const { socket, made, told, newest } = open();
  socket.attach();
  newest().screen('');
  for (const wait of [0, 100, 250, 500, 1000, 1000]) {
    const before = made.length;
    newest().closes(1006);
    await vi.advanceTimersByTimeAsync(Math.max(0, wait - 1));
    if (wait > 0) expect(made).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(made).toHaveLength(before + 1);
  }
  newest().screen('');
  expect(told).toEqual(['connecting', 'attached', 'connecting', 'attached']);
});

test('a terminal that is gone is not asked for again', async () => {
  const { socket, made, told, newest } = open();
  socket.attach();
  newest().closes(4404);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made).toHaveLength(1);
  expect(told.at(-1)).toBe('gone');
});

test('detached it stays so, until it is wanted again', async () => {
  const { socket, made, newest } = open();
  socket.attach();
  newest().screen('');
  socket.detach();
  expect(newest().readyState).toBe(FakePtySocket.CLOSED);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made).toHaveLength(1);
  socket.attach();
  expect(made).toHaveLength(2);
});

test('what comes on a connection that was given up is not drawn', () => {
  const { socket, frames, newest } = open();
  socket.attach();
  const old = newest();
  old.screen('');
  socket.detach();
  old.output('late');
  expect(frames).toEqual(['screen']);
});

test('an attempt that brings no screen is given up', async () => {
  const { socket, made } = open();
  socket.attach();
  await vi.advanceTimersByTimeAsync(5001);
  expect(made).toHaveLength(2);
});

test('a frame that it does not know is left out, the terminal goes on', () => {
  const { socket, frames, newest } = open();
  socket.attach();
  newest().screen('');
  newest().receives(new Uint8Array([99, 1]));
  newest().output('x');
  expect(frames).toEqual(['screen', 'output']);
});

test('a large paste goes in pieces that the hub takes', () => {
  const { socket, newest } = open();
  socket.attach();
  newest().screen('');
  socket.input(new Uint8Array(MAX_PTY_INPUT_BYTES + 10));
  expect(newest().sent.map((frame) => frame.byteLength)).toEqual([MAX_PTY_INPUT_BYTES + 1, 11]);
});

test('once disposed of it says nothing more', async () => {
  const { socket, made, told, newest } = open();
  socket.attach();
  newest().screen('');
  socket[Symbol.dispose]();
  socket.attach();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(made).toHaveLength(1);
  expect(told.at(-1)).toBe('attached');
});

test('the address is that of the page, with its encryption', () => {
  expect(ptyUrl({ protocol: 'http:', host: '127.0.0.1:9700' }, 'a/b')).toBe('ws://127.0.0.1:9700/pty/a%2Fb');
  expect(ptyUrl({ protocol: 'https:', host: 'agor.example' }, 'x')).toBe('wss://agor.example/pty/x');
});
