import { FileConflict, ProjectConflicts } from '@agor/protocol';
import { expect, test } from 'vitest';
import { conflictWords, inOrder } from './conflicts.logic.ts';

const file = (path: string, more: Partial<FileConflict> = {}) =>
  FileConflict.parse({ path, sessionIds: ['a'], external: false, lastWriteAt: 1, acknowledged: false, ...more });
const project = (projectId: string, ...files: FileConflict[]) => ProjectConflicts.parse({ projectId, files });

test('a file that two projects write is counted once', () => {
  const words = conflictWords([project('p', file('/a')), project('q', file('/a', { acknowledged: true }))]);
  expect(words).toMatchObject({ open: 1, text: '1 conflict' });
});

test('writes from outside are told, and what was acknowledged is only seen', () => {
  const words = conflictWords([project('p', file('/a', { external: true }), file('/b'))]);
  expect(words).toMatchObject({ text: '2 conflicts', title: expect.stringContaining('1 of them from outside agor') });
  expect(conflictWords([project('p', file('/a', { acknowledged: true }))])).toMatchObject({ open: 0, text: '1 seen' });
});

test('open conflicts stand before acknowledged ones, the newest first', () => {
  const files = [file('/a', { acknowledged: true, lastWriteAt: 9 }), file('/b'), file('/c', { lastWriteAt: 2 })];
  expect(inOrder(files).map(({ path }) => path)).toEqual(['/c', '/b', '/a']);
});
