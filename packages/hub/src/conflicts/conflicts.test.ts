import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { ProjectId, type SessionEventBody, SessionId } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { HubBus, type SessionChange } from '../events/index.ts';
import { Conflicts } from './index.ts';

const PROJECT = ProjectId.parse('p');
const [A, B, C] = ['a', 'b', 'c'].map((id) => SessionId.parse(id)) as [SessionId, SessionId, SessionId];

function start() {
  const dir = tempDir();
  const bus = new HubBus(createLogger({ name: 'test', file: join(dir.path, 'log') }));
  const conflicts = new Conflicts(bus);
  const tell = (sessionId: SessionId, ...events: object[]) =>
    bus.emit('sessions', [
      {
        sessionId,
        events: events as SessionEventBody[],
        state: { projectId: PROJECT, cwd: '/p' },
      } as unknown as SessionChange,
    ]);
  const message = (type: string, content: object) => ({ kind: 'message', message: { type, content } });
  const uses = (id: SessionId, call: object, result: object = {}) =>
    tell(
      id,
      message('tool_call', { toolUseId: 't', ...call }),
      message('tool_result', { toolUseId: 't', output: '', isError: false, ...result }),
    );
  const edits = (id: SessionId, path: string, result: object = {}) =>
    uses(id, { kind: 'edit', name: 'Edit', input: { file_path: path } }, result);
  const runs = (id: SessionId, command: string, result: object = {}) =>
    uses(id, { kind: 'execute', name: 'Bash', input: { command } }, result);
  const open = () =>
    conflicts.of(PROJECT).flatMap((c) => (c.acknowledged ? [] : [`${c.path}: ${c.sessions.join(' ')}`]));
  return { conflicts, tell, edits, runs, uses, open, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

test('two sessions that write one file are in conflict, until the turn of one is over', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(A, 'a.ts');
  expect(t.open()).toEqual([]);
  t.runs(B, 'echo x > a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a b']);
  expect([A, B, C].map((id) => t.conflicts.openOf(id))).toEqual([1, 1, 0]);
  t.tell(A, { kind: 'turnEnded' });
  expect(t.open()).toEqual([]);
  t.edits(A, '/p/a.ts');
  t.tell(B, { kind: 'processExited' });
  expect(t.open()).toEqual([]);
});

test('what was acknowledged is silent until a further session writes the file', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(B, '/p/a.ts');
  t.conflicts.acknowledge(PROJECT);
  expect(t.open()).toEqual([]);
  t.edits(B, '/p/a.ts');
  expect(t.open()).toEqual([]);
  t.edits(C, '/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a b c']);
  for (const id of [A, B, C]) t.tell(id, { kind: 'turnEnded' });
  t.edits(A, '/p/a.ts');
  t.edits(B, '/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a b']);
});

test('a refused or failed edit wrote nothing; a command that failed may have', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(B, '/p/a.ts', { isError: true });
  t.runs(B, 'rm a.ts', { isError: true });
  expect(t.open()).toEqual([]);
  t.runs(B, 'rm a.ts && false', { isError: true, exitCode: 1 });
  expect(t.open()).toEqual(['/p/a.ts: a b']);
});

test('files are known from every way in which providers tell them', () => {
  using t = start();
  for (const input of [
    { filePath: 'a' },
    { notebook_path: 'b' },
    { path: 'c' },
    { paths: ['d'] },
    { changes: [{ path: 'e' }] },
  ])
    t.uses(A, { kind: 'write', name: 'w', input });
  t.uses(
    A,
    { kind: 'other', name: 'o', input: {} },
    { diffs: [{ path: 'f', patch: '', added: 0, removed: 0, change: 'add' }] },
  );
  t.uses(A, { kind: 'execute', name: 'Run', input: { title: 'touch g' } });
  t.uses(A, { kind: 'execute', name: 'shell', input: { command: ['bash', '-lc', 'touch h'], cwd: '/p' } });
  t.runs(B, 'rm a b c d e f g h');
  expect(t.open()).toEqual([...'abcdefgh'].map((f) => `/p/${f}: a b`));
});

test('a command over the whole work tree conflicts with what others write there, but not in worktrees of their own', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(C, '/p/.claude/worktrees/c/a.ts');
  t.runs(B, 'git stash pop');
  expect(t.open()).toEqual(['/p/a.ts: a b']);
});

test('a turn that writes without end is remembered within a bound', () => {
  using t = start();
  for (let i = 0; i < 3_000; i++) t.edits(A, `/p/${i}`);
  t.edits(B, '/p/0');
  t.edits(B, '/p/2999');
  expect(t.open()).toEqual(['/p/2999: a b']);
});
