import { PtyOp } from '@agor/protocol';
import { expect, test } from 'vitest';
import { inputFrame, parseServerFrame, readFrame, resizeFrame } from './frames.ts';

const info = {
  id: 'pty-1',
  projectId: null,
  title: 'bash',
  cwd: '/',
  pid: 1,
  size: { cols: 80, rows: 24 },
  exit: null,
  createdAt: 0,
};
const server = (op: number, body: string) => new Uint8Array([op, ...new TextEncoder().encode(body)]).buffer;
const text = (frame: Uint8Array) => new TextDecoder().decode(frame.subarray(1));

test('output is taken as bytes, also when it ends in the middle of a character', () => {
  const frame = parseServerFrame(new Uint8Array([PtyOp.output, 0xe2, 0x82]).buffer);
  expect(frame).toEqual({ op: 'output', bytes: new Uint8Array([0xe2, 0x82]) });
});

test('screens, exits and news of a terminal are read', () => {
  const screen = { size: { cols: 80, rows: 24 }, data: 'héllo', offset: 5 };
  expect(parseServerFrame(server(PtyOp.screen, JSON.stringify(screen)))).toEqual({ op: 'screen', screen });
  expect(parseServerFrame(server(PtyOp.exit, '{"code":1,"signal":null}'))).toEqual({
    op: 'exit',
    exit: { code: 1, signal: null },
  });
  expect(parseServerFrame(server(PtyOp.info, JSON.stringify(info)))).toEqual({ op: 'info', info });
});

test.each([
  ['a text frame', 'hello'],
  ['nothing', new ArrayBuffer(0)],
  ['an opcode of a newer hub', server(99, '{}')],
  ['a screen that is no JSON', server(PtyOp.screen, '{')],
  ['a screen without its size', server(PtyOp.screen, '{"data":"","offset":0}')],
])('%s is named bad and breaks nothing', (_, data) => {
  expect(parseServerFrame(data).op).toBe('bad');
});

test('what is typed, how large the window is and what was read go out with their opcode', () => {
  const typed = inputFrame(new Uint8Array([3, 255]));
  expect([...typed]).toEqual([PtyOp.input, 3, 255]);
  const resized = resizeFrame({ cols: 100, rows: 30 });
  expect([resized[0], text(resized)]).toEqual([PtyOp.resize, '{"cols":100,"rows":30}']);
  const read = readFrame(70_000);
  expect([read[0], text(read)]).toEqual([PtyOp.read, '{"bytes":70000}']);
});
