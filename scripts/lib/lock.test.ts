import { afterEach, expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { cache } from './places.mjs';

const name = `test-${process.pid}`;
const file = join(cache, `${name}.lock`);
afterEach(() => expect(existsSync(file)).toBe(false));

test('work under one lock never overlaps', async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await Bun.sleep(1);
    inside--;
  };
  await Promise.all(Array.from({ length: 4 }, () => withLock(name, work)));
  expect(most).toBe(1);
});

test('a lock whose holder died is taken over', async () => {
  const dead = Bun.spawn(['true']);
  await dead.exited;
  writeFileSync(file, String(dead.pid));
  expect(await withLock(name, () => 'done')).toBe('done');
});

test('a failure gives the lock back', async () => {
  const failing = withLock(name, () => {
    throw new Error('broken');
  });
  await expect(failing).rejects.toThrow('broken');
});
