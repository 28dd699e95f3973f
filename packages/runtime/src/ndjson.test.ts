import { expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { type Line, LineSplitter } from './ndjson.ts';

setDefaultTimeout(60_000); // for a loaded computer

const bytes = (text: string) => new TextEncoder().encode(text);

function split(chunks: readonly Uint8Array[], maxBytes?: number): Line[] {
  const splitter = new LineSplitter(maxBytes);
  const lines = chunks.flatMap((chunk) => splitter.push(chunk));
  const last = splitter.end();
  return last === null ? lines : [...lines, last];
}

/** What the splitter must say, by cutting the whole stream at once. */
function naive(whole: Uint8Array, maxBytes: number): Line[] {
  const lines: Line[] = [];
  const decode = (part: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(part);
  for (let start = 0; start < whole.length; ) {
    const found = whole.indexOf(10, start);
    const end = found < 0 ? whole.length : found;
    const line = whole.slice(start, end);
    const tooLong = line.length > maxBytes;
    lines.push(
      tooLong ? { tooLong, bytes: line.length, head: decode(line.slice(0, Math.min(4096, maxBytes))) } : decode(line),
    );
    start = end + 1;
  }
  return lines;
}

function cut(whole: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(whole.slice(at, at + size));
    at += size;
  }
  return chunks;
}

test('the same lines come out however the stream is chunked, whatever its bytes and however long its lines', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }).map(bytes),
    fc.constant(bytes('\n')),
    fc.constant(bytes('\uFEFF€😀é\r\n\n')),
    fc.uint8Array({ maxLength: 30 }),
    fc.nat(70_000).map((length) => new Uint8Array(length).fill(0x61)),
  );
  const stream = fc.array(piece, { maxLength: 40 }).map((pieces) => new Uint8Array(Buffer.concat(pieces)));
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 10 });
  // A failure prints the seed that repeats it.
  fc.assert(
    fc.property(stream, sizes, fc.constantFrom(1, 7, 100, 5_000, 66_000, 8_388_608), (whole, chunkSizes, maxBytes) => {
      expect(split(cut(whole, chunkSizes), maxBytes)).toEqual(naive(whole, maxBytes));
    }),
    { numRuns: 300 },
  );
});

test('a character that is split between chunks arrives whole', () => {
  expect(split(cut(bytes('{"a":"€😀"}\n'), [1]))).toEqual(['{"a":"€😀"}']);
});

test('a line of 50 MB is reported once with its size and head, and its neighbours are not lost', () => {
  const splitter = new LineSplitter();
  const chunk = new Uint8Array(65_536).fill(0x78);
  const lines = splitter.push(bytes('before\n'));
  for (let i = 0; i < 800; i++) lines.push(...splitter.push(chunk));
  lines.push(...splitter.push(bytes('\nafter\n')));
  expect(lines).toEqual(['before', { tooLong: true, bytes: 52_428_800, head: 'x'.repeat(4_096) }, 'after']);
});
