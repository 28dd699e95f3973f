import { afterEach, expect, test } from 'bun:test';
import { keepFilesPrivate, privately, takeUsersUmask, UMASK_VARIABLE } from './umask.ts';

const before = process.umask();
afterEach(() => void process.umask(before));

test('a program that keeps its files private hands the umask that it was started with to what it starts', () => {
  process.umask(0o027);
  const env: Record<string, string | undefined> = {};
  keepFilesPrivate(env);
  expect([process.umask(), env[UMASK_VARIABLE]]).toEqual([0o077, '27']);
  takeUsersUmask(env);
  expect(process.umask()).toBe(0o027);
});

test('what was handed over wins over what a private program has itself', () => {
  process.umask(0o077);
  const env = { [UMASK_VARIABLE]: '2' };
  keepFilesPrivate(env);
  expect(env[UMASK_VARIABLE]).toBe('2');
});

test('nothing handed over, or nonsense, leaves the umask as it is', () => {
  for (const value of [undefined, '', 'private', '9', '7777']) {
    process.umask(0o022);
    takeUsersUmask({ [UMASK_VARIABLE]: value });
    expect(process.umask()).toBe(0o022);
  }
});

test('what is made privately is closed to others, and the umask is back also when it fails', () => {
  process.umask(0o022);
  expect(privately(() => process.umask())).toBe(0o077);
  expect(() =>
    privately(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(process.umask()).toBe(0o022);
});
