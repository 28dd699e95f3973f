import { GroupId, type GroupsFile, ProjectId, PtyId, type PtyInfo } from '@agor/protocol';
import { expect, test } from 'vitest';
import { folderBox } from '../state/boxes.ts';
import { sampleProject } from '../testing/sample-project.ts';
import { LiveTerminals, MAX_LIVE_TERMINALS } from './live-terminals.svelte.ts';
import { distinctTitles, exitWords, homelessTerminals, terminalsOf } from './terminals-of.logic.ts';

function pty(id: string, projectId: string | null, cwd: string): PtyInfo {
  const project = projectId === null ? null : ProjectId.parse(projectId);
  const size = { cols: 80, rows: 24 };
  return { id: PtyId.parse(id), projectId: project, title: id, cwd, pid: 1, size, exit: null, createdAt: 0 };
}
const [notes, code] = [folderBox('/home/you/notes'), folderBox('/home/you/code')];
const billing = { ...folderBox('/p'), key: 'billing', projectId: ProjectId.parse('billing') };
const boxes = [billing, notes, code];
const ids = (list: PtyInfo[]) => list.map(({ id }) => id);

test('a project shows its own terminals, wherever they went', () => {
  const all = [pty('a', 'billing', '/elsewhere'), pty('b', 'other', '/p'), pty('c', null, '/p')];
  expect(ids(terminalsOf(billing, all, boxes))).toEqual(['a']);
});

test('a folder shows the terminals in it, and those that no box would show', () => {
  const all = [pty('in', null, '/home/you/notes/2026'), pty('beside', null, '/home/you/notes-old'), pty('p', 'x', '/')];
  expect(ids(terminalsOf(notes, all, boxes))).toEqual(['in', 'beside']);
  expect(ids(terminalsOf(code, all, boxes))).toEqual(['beside']);
});

test('a terminal whose project is gone or switched off, or whose folder has no box, is homeless', () => {
  const project = (id: string, enabled: boolean) => ({
    ...sampleProject({ id: ProjectId.parse(id), name: id, cwd: '/p' }),
    enabled,
  });
  const group = { id: GroupId.parse('g'), name: 'g', projects: [project('billing', true), project('off', false)] };
  const groups = { version: 1 as const, groups: [group], activeGroupId: 'g' } as GroupsFile;
  const all = [pty('a', 'billing', '/'), pty('b', 'off', '/'), pty('c', 'removed', '/'), pty('d', null, '/')];
  expect(ids(homelessTerminals(all, groups, boxes))).toEqual(['b', 'c']);
  expect(ids(homelessTerminals(all, groups, [billing]))).toEqual(['b', 'c', 'd']);
});

test('terminals of the same title are told apart by a number', () => {
  const all = [pty('a', null, '/'), pty('b', null, '/'), pty('c', null, '/')].map((one) => ({ ...one, title: 'bash' }));
  expect([...distinctTitles([...all, pty('top', null, '/')]).values()]).toEqual(['bash', 'bash 2', 'bash 3', 'top']);
});

test('how a shell ended is said in a word or two', () => {
  expect(exitWords({ code: 1, signal: null })).toBe('exited 1');
  expect(exitWords({ code: null, signal: 'SIGKILL' })).toBe('ended by SIGKILL');
  expect(exitWords({ code: null, signal: null })).toBe('ended');
});

test('the terminals shown last stay in memory, those shown longest ago go', () => {
  const live = new LiveTerminals();
  const all = Array.from({ length: MAX_LIVE_TERMINALS + 1 }, (_, at) => PtyId.parse(`t${at}`));
  const [first, second] = all as [PtyId, PtyId];
  for (const id of all.slice(0, -1)) live.touch(id);
  live.touch(first);
  live.touch(all.at(-1) as PtyId);
  expect(all.filter((id) => !live.has(id))).toEqual([second]);
});
