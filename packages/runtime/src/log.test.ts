import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from './log.ts';
import { tempDir } from './testing.ts';

test('a line tells time, level, name, message and fields; lesser levels are left out', () => {
  using dir = tempDir();
  const file = join(dir.path, 'x.log');
  const log = createLogger({ name: 'hub', file, level: 'info' });
  log.debug('not this');
  log.warn('port taken', { port: 9700 });
  log.close();
  expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z warn hub port taken \{"port":9700\}\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('secrets do not reach the log, however deep they lie; usage counts do', () => {
  using dir = tempDir();
  const file = join(dir.path, 'x.log');
  const log = createLogger({ name: 'hub', file });
  log.info('hello', {
    env: { ANTHROPIC_API_KEY: 'sk-1', list: [{ Authorization: 'Bearer sk-2' }] },
    token: 'sk-3',
    cookie: 'sk-4',
    outputTokens: 42,
  });
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('sk-');
  expect(text).toContain('"outputTokens":42');
});

test('a message cannot forge a line, and what cannot be printed is said to be so', () => {
  using dir = tempDir();
  const file = join(dir.path, 'x.log');
  const log = createLogger({ name: 'hub', file });
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  log.info('one\n2026 error hub forged\u001b[2J', { circle, big: 1n, failure: new TypeError('oh\nno') });
  log.info('hostile', {
    toJSON: () => {
      throw new Error('no');
    },
  });
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('one\\n2026 error hub forged\\u001b[2J');
  expect(lines[0]).toContain('TypeError');
});

test('at its bound the log moves aside once, so that two files are the most there are', () => {
  using dir = tempDir();
  const file = join(dir.path, 'x.log');
  const log = createLogger({ name: 'hub', file, maxBytes: 1_000 });
  for (let i = 0; i < 100; i++) log.info(`line ${i}`);
  expect(statSync(file).size).toBeLessThanOrEqual(1_000);
  expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(1_000);
  expect(existsSync(`${file}.2`)).toBe(false);
  expect(readFileSync(file, 'utf8')).toContain('line 99');
  expect(log.lost).toBe(0);
});

test('a full disk stops nothing; the lost lines are counted', () => {
  const log = createLogger({ name: 'hub', file: '/dev/full' });
  log.info('one');
  log.info('two');
  expect(log.lost).toBe(2);
});

test('when the log can be written again, it says how much is missing', () => {
  using dir = tempDir();
  const file = join(dir.path, 'later', 'x.log');
  const log = createLogger({ name: 'hub', file });
  log.info('one');
  log.info('two');
  mkdirSync(join(dir.path, 'later'));
  log.info('three');
  expect(readFileSync(file, 'utf8')).toMatch(/2 lines could not be written\n.* three\n$/);
});
