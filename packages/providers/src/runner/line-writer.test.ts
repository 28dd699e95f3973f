import { expect, test } from 'bun:test';
import { HIGH_WATER_CHARS, LineWriter } from './line-writer.ts';

/** A sink that a test opens and closes, as a reader does that pauses. */
class Gate {
  received = '';
  #open = true;
  #opened = Promise.withResolvers<void>();

  readonly write = async (bytes: Uint8Array): Promise<void> => {
    if (!this.#open) await this.#opened.promise;
    this.received += new TextDecoder().decode(bytes);
  };

  close(): void {
    this.#open = false;
    this.#opened = Promise.withResolvers();
  }

  open(): void {
    this.#open = true;
    this.#opened.resolve();
  }
}

const unexpected = (error: unknown): void => {
  throw error;
};

test('lines leave whole and in order', async () => {
  const gate = new Gate();
  const writer = new LineWriter(gate.write, unexpected);
  const lines = Array.from({ length: 5_000 }, (_, i) => `${i} größer 日本`);
  for (const line of lines) void writer.write(line);
  await writer.flushed();
  expect(gate.received).toBe(`${lines.join('\n')}\n`);
});

test('a writer waits while nobody reads, and goes on when somebody does', async () => {
  const gate = new Gate();
  const writer = new LineWriter(gate.write, unexpected);
  gate.close();
  await writer.write('small lines do not wait');
  let waited = false;
  const big = writer.write('x'.repeat(HIGH_WATER_CHARS)).then(() => {
    waited = true;
  });
  for (let i = 0; i < 20; i++) await Promise.resolve();
  expect(waited).toBe(false);
  gate.open();
  await big;
  await writer.flushed();
  expect(gate.received.length).toBeGreaterThan(HIGH_WATER_CHARS);
});

test('the queue is bounded: one who does not wait is told', () => {
  const gate = new Gate();
  gate.close();
  const writer = new LineWriter(gate.write, unexpected, 100);
  void writer.write('x'.repeat(60));
  expect(() => writer.write('x'.repeat(60))).toThrow('wait to be read');
});

test('a reader that is gone is reported once, and nobody waits for ever', async () => {
  const failures: unknown[] = [];
  const broken = new Error('EPIPE');
  const writer = new LineWriter(
    () => Promise.reject(broken),
    (error) => failures.push(error),
  );
  await writer.write('x'.repeat(HIGH_WATER_CHARS + 1));
  await writer.write('more');
  await writer.flushed();
  expect(failures).toEqual([broken]);
});
