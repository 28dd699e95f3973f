import { PtyId, type PtyInfo, SshConnection, SshConnectionId, type SshDraft } from '@agor/protocol';
import { expect, test } from 'vitest';
import { addressOf, copyName, draftOfHost, foldersOf, NEW_DRAFT, statusOf } from './ssh-list.logic.ts';

const one = (name: string, more: Partial<SshDraft> = {}) =>
  SshConnection.parse({
    ...NEW_DRAFT,
    id: name,
    name,
    host: `${name}.example.com`,
    createdAt: 0,
    lastUsedAt: null,
    ...more,
  });

test('connections stand in their folders, those without one first', () => {
  const all = [one('b', { folder: 'work' }), one('a'), one('A10', { folder: 'work' }), one('A9', { folder: 'work' })];
  expect(foldersOf(all, '').map(({ name, connections }) => [name, connections.map((c) => c.name)])).toEqual([
    ['', ['a']],
    ['work', ['A9', 'A10', 'b']],
  ]);
});

test('a filter takes every word from any of the names', () => {
  const all = [one('web', { folder: 'work', username: 'deploy' }), one('db', { folder: 'work' })];
  expect(foldersOf(all, 'WORK dep').flatMap(({ connections }) => connections.map((c) => c.name))).toEqual(['web']);
  expect(foldersOf(all, 'nothing')).toEqual([]);
});

test('an address is written as ssh takes it', () => {
  expect(addressOf({ ...NEW_DRAFT, host: 'h' })).toBe('h');
  expect(addressOf({ username: 'you', host: 'h', port: 2222 })).toBe('you@h:2222');
  expect(addressOf({ username: '', host: '::1', port: 22 })).toBe('[::1]:22');
});

test('the status tells of terminals that live, else how the last one ended', () => {
  const web = one('web');
  const pty = (exit: PtyInfo['exit']): PtyInfo => ({
    ...{
      id: PtyId.parse('p'),
      projectId: null,
      title: '',
      cwd: '/',
      pid: 1,
      size: { cols: 80, rows: 24 },
      createdAt: 0,
    },
    exit,
    ssh: SshConnectionId.parse('web'),
  });
  expect(statusOf([], web)).toBeNull();
  expect(statusOf([pty(null), pty(null)], web)).toEqual({ words: 'in 2 terminals', live: true });
  expect(statusOf([pty({ code: 255, signal: null })], web)).toEqual({ words: 'connection lost', live: false });
  expect(statusOf([pty({ code: 0, signal: null })], web)?.words).toBe('ended');
});

test('a copy has a name of its own, and a host of the config goes by its alias alone', () => {
  expect(copyName('web', [])).toBe('web copy');
  expect(copyName('web copy', ['web', 'web copy'])).toBe('web copy 2');
  expect(draftOfHost({ alias: 'w', hostName: '10.0.0.1', port: 2222, user: 'u', keyFile: null })).toMatchObject({
    host: 'w',
    port: null,
    username: '',
  });
});
