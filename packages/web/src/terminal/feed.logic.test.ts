import { expect, test } from 'vitest';
import { Feed, WRITE_BYTES } from './feed.ts';
import { WriteTurns } from './write-turns.ts';

/** Frames that come when the test says so. */
function frames() {
  let due: (() => void) | null = null;
  let work: () => void = () => {};
  const turns = new WriteTurns((doWork) => {
    work = doWork;
    return { schedule: () => (due ??= work) };
  });
  const next = () => {
    const now = due;
    due = null;
    now?.();
    return now !== null;
  };
  return { turns, next };
}

function terminal(turns: WriteTurns) {
  const log: string[] = [];
  const read: number[] = [];
  const drawn: (() => void)[] = [];
  const feed = new Feed(
    {
      write: (bytes, done) => {
        log.push(bytes.byteLength > 40 ? `${bytes.byteLength} bytes` : new TextDecoder().decode(bytes));
        drawn.push(done);
      },
      resize: ({ cols, rows }) => log.push(`${cols}x${rows}`),
    },
    turns,
    { read: (bytes) => read.push(bytes), sized: () => {} },
  );
  /** The emulator has drawn what it was given. */
  const draws = () => drawn.shift()?.();
  return { feed, log, read, draws };
}
const bytes = (text: string) => new TextEncoder().encode(text);
const size = { cols: 80, rows: 24 };

test('a screen comes at its size, whole at once, and then the output from there', () => {
  const { turns, next } = frames();
  const { feed, log, draws } = terminal(turns);
  feed.screen({ size, data: '\x1bc$ ', offset: 2 });
  feed.output(bytes('ls'));
  while (next()) draws();
  expect(log).toEqual(['80x24', '\x1bc\x1b[?2026h$ \x1b[?2026l', 'ls']);
});

test('a new screen makes what was not drawn yet void, and begins the count anew', () => {
  const { turns, next } = frames();
  const { feed, log, read, draws } = terminal(turns);
  feed.screen({ size, data: '\x1bcold', offset: 0 });
  while (next()) draws();
  feed.output(bytes('drawing'));
  next();
  feed.output(bytes('void'));
  feed.screen({ size, data: '\x1bcnew', offset: 0 });
  feed.output(bytes('more'));
  draws();
  while (next()) draws();
  expect(log.join(' ')).not.toContain('void');
  expect(log.at(-1)).toBe('more');
  expect(read).toEqual([4]);
});

test('a size change stands between the output before and after it', () => {
  const { turns, next } = frames();
  const { feed, log, draws } = terminal(turns);
  feed.output(bytes('wide'));
  feed.resize({ cols: 40, rows: 10 });
  feed.output(bytes('narrow'));
  while (next()) draws();
  expect(log).toEqual(['wide', '40x10', 'narrow']);
});

test('output is told as read when it was drawn, in pieces of 32 kB', () => {
  const { turns, next } = frames();
  const { feed, log, read, draws } = terminal(turns);
  feed.output(new Uint8Array(WRITE_BYTES * 2 + 100));
  next();
  expect(read).toEqual([]);
  draws();
  while (next()) draws();
  expect(log).toEqual([`${WRITE_BYTES} bytes`, `${WRITE_BYTES} bytes`, '100 bytes']);
  expect(read).toEqual([WRITE_BYTES, WRITE_BYTES * 2, WRITE_BYTES * 2 + 100]);
});

test('output is told as read to its last byte, also when a size change follows it', () => {
  const { turns, next } = frames();
  const { feed, read, draws } = terminal(turns);
  feed.output(bytes('last'));
  feed.resize({ cols: 40, rows: 10 });
  while (next()) draws();
  expect(read).toEqual([4]);
});

test('a hidden terminal draws nothing and tells nothing; shown again it goes on', () => {
  const { turns, next } = frames();
  const { feed, log, read, draws } = terminal(turns);
  feed.paused = true;
  feed.output(bytes('build'));
  while (next()) draws();
  expect([log, read]).toEqual([[], []]);
  feed.paused = false;
  while (next()) draws();
  expect([log, read]).toEqual([['build'], [5]]);
});

test('the focused terminal draws an echo without waiting for a frame', () => {
  const { turns } = frames();
  const { feed, log } = terminal(turns);
  feed.isFocused = true;
  feed.output(bytes('x'));
  expect(log).toEqual(['x']);
});

test('a flood in other terminals leaves the focused one its place in every frame', () => {
  const { turns, next } = frames();
  const floods = [terminal(turns), terminal(turns), terminal(turns)];
  const focused = terminal(turns);
  focused.feed.isFocused = true;
  for (const { feed } of floods) feed.output(new Uint8Array(WRITE_BYTES * 8));
  next();
  const before = floods.flatMap(({ log }) => log).length;
  expect(before).toBe(2);
  for (const { draws } of floods) draws();
  focused.feed.output(bytes('typed'));
  expect(focused.log).toEqual(['typed']);
  next();
  for (const { draws } of floods) draws();
  next();
  // Two pieces a frame for all of them, each in its turn.
  expect(floods.map(({ log }) => log.length)).toEqual([2, 2, 2]);
});

test('a flood in the focused terminal draws two pieces in a frame and no more', () => {
  const { turns, next } = frames();
  const { feed, log, draws } = terminal(turns);
  feed.isFocused = true;
  feed.output(new Uint8Array(WRITE_BYTES * 8));
  for (let i = 0; i < 6; i += 1) draws();
  expect(log).toHaveLength(2);
  next();
  for (let i = 0; i < 6; i += 1) draws();
  expect(log).toHaveLength(4);
});

test('a closed terminal draws nothing more, whatever still comes', () => {
  const { turns, next } = frames();
  const { feed, log, read, draws } = terminal(turns);
  feed.output(bytes('a'));
  next();
  feed[Symbol.dispose]();
  draws();
  feed.output(bytes('b'));
  while (next()) draws();
  expect([log, read]).toEqual([['a'], []]);
});
