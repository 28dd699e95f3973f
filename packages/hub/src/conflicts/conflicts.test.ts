import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type AskId, ProjectId, type SessionEventBody, SessionId } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { HubBus, type SessionChange } from '../events/index.ts';
import type { FileWatching } from '../watching/index.ts';
import { Conflicts } from './index.ts';

const [P, Q] = ['p', 'q'].map((id) => ProjectId.parse(id)) as [ProjectId, ProjectId];
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((id) => SessionId.parse(id)) as [
  SessionId,
  SessionId,
  SessionId,
  SessionId,
];

type OnChange = Parameters<FileWatching['watchFiles']>[1];
type OnProblem = Parameters<FileWatching['watchFiles']>[2];

/** Sessions A, B and C of project P and D of project Q, all in the folder /p. */
function start() {
  const dir = tempDir();
  const folders = new Map<SessionId, string>();
  const rest = new Map<SessionId, object>();
  const clock = new ManualClock();
  const bus = new HubBus(createLogger({ name: 'test', file: join(dir.path, 'log') }));
  const watched = new Map<string, { onChange: OnChange; onProblem: OnProblem; root: string }>();
  const watchFiles: FileWatching['watchFiles'] = (what, onChange, onProblem) => {
    const root = typeof what.in === 'string' ? what.in : what.in.cwd;
    const file = join(root, what.files?.[0] ?? '');
    watched.set(file, { onChange, onProblem, root });
    return { [Symbol.dispose]: () => void watched.delete(file) };
  };
  const problems: (string | null)[] = [];
  const raised: string[] = [];
  bus.on('conflicts', (told) => raised.push(...told.raised.map((r) => `${r.projectId} ${r.file.path}`)));
  const conflicts = new Conflicts({ bus, clock, watching: { watchFiles }, onProblem: (p) => problems.push(p) });
  const tell = (sessionId: SessionId, ...events: object[]) =>
    bus.emit('sessions', [
      {
        sessionId,
        events: events.map((event) => ({ at: clock.now(), ...event })) as unknown as SessionEventBody[],
        state: { projectId: sessionId === D ? Q : P, cwd: folders.get(sessionId) ?? '/p', ...rest.get(sessionId) },
      } as unknown as SessionChange,
    ]);
  const message = (type: string, content: object, parentId?: string) => ({
    kind: 'message',
    message: { type, content, parentId, timestamp: clock.now() },
  });
  let last = 0;
  const begins = (id: SessionId, call: object, parentId?: string) => {
    const toolUseId = `t${++last}`;
    tell(id, message('tool_call', { toolUseId, input: {}, ...call }, parentId));
    return toolUseId;
  };
  const ends = (id: SessionId, toolUseId: string, result: object = {}, parentId?: string) =>
    tell(id, message('tool_result', { toolUseId, output: '', isError: false, ...result }, parentId));
  const uses = (id: SessionId, call: object, result: object = {}, parentId?: string) =>
    ends(id, begins(id, call, parentId), result, parentId);
  const edits = (id: SessionId, path: string, result: object = {}, parentId?: string) =>
    uses(id, { kind: 'edit', name: 'Edit', input: { file_path: path } }, result, parentId);
  const runs = (id: SessionId, command: string, result: object = {}, parentId?: string) =>
    uses(id, { kind: 'execute', name: 'Bash', input: { command } }, result, parentId);
  const open = (project = P) =>
    conflicts
      .of(project)
      .flatMap((c) => (c.acknowledged ? [] : [`${c.path}: ${c.sessionIds.join(' ')}${c.external ? ' outside' : ''}`]));
  /** A change that the machine tells; judged once the grace is over. */
  const changes = (file: string, mtimeMs: number | null = clock.now()) => {
    const change = {
      path: '',
      file,
      kind: mtimeMs === null ? 'removed' : 'changed',
      at: clock.now(),
      mtimeMs,
    } as const;
    watched.get(file)?.onChange([change], false);
    clock.advance(2_000);
  };
  return {
    ...{
      dir: dir.path,
      folders,
      rest,
      conflicts,
      clock,
      tell,
      message,
      begins,
      ends,
      edits,
      runs,
      uses,
      open,
      changes,
      watched,
      problems,
      raised,
    },
    [Symbol.dispose]: () => {
      conflicts[Symbol.dispose]();
      dir[Symbol.dispose]();
    },
  };
}

test('two sessions that write one file are in conflict, until the turn of one is over', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(A, 'a.ts');
  expect(t.open()).toEqual([]);
  t.runs(B, 'echo x > a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a b']);
  expect([A, B, C].map((id) => t.conflicts.openOf(id))).toEqual([1, 1, 0]);
  expect(t.conflicts.countsOf(P)).toEqual({ files: 1, external: 0 });
  t.tell(A, { kind: 'turnEnded' });
  expect(t.open()).toEqual([]);
  t.edits(A, '/p/a.ts');
  t.tell(B, { kind: 'processExited' });
  expect(t.open()).toEqual([]);
});

test('a conflict is raised once; what was acknowledged is silent until a further session writes the file', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(B, '/p/a.ts');
  t.edits(A, '/p/a.ts');
  expect(t.raised).toEqual(['p /p/a.ts']);
  t.conflicts.acknowledge(P);
  expect(t.open()).toEqual([]);
  expect(t.conflicts.of(P).map((file) => file.acknowledged)).toEqual([true]);
  t.edits(B, '/p/a.ts');
  expect(t.open()).toEqual([]);
  t.edits(C, '/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a b c']);
  expect(t.raised).toEqual(['p /p/a.ts', 'p /p/a.ts']);
  for (const id of [A, B, C]) t.tell(id, { kind: 'turnEnded' });
  t.edits(A, '/p/a.ts');
  t.edits(B, '/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a b']);
});

test('a file that sessions of two projects write is a conflict of both, and each is acknowledged by itself', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(D, '/p/a.ts');
  expect([t.open(P), t.open(Q)]).toEqual([['/p/a.ts: a d'], ['/p/a.ts: a d']]);
  t.conflicts.acknowledge(Q);
  expect([t.open(P), t.open(Q)]).toEqual([['/p/a.ts: a d'], []]);
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

test('a command over the whole work tree conflicts with what others write there, before or after, but not in worktrees of their own', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.edits(C, '/p/.claude/worktrees/c/a.ts');
  t.runs(B, 'git stash pop');
  t.edits(A, '/p/b.ts');
  expect(t.open()).toEqual(['/p/a.ts: a b', '/p/b.ts: a b']);
  t.tell(A, { kind: 'turnEnded' });
  expect(t.open()).toEqual([]);
});

test.each(['.claude', '.codex', '.cursor'])('sessions in worktrees of their own below %s do not conflict', (vendor) => {
  using t = start();
  t.tell(A, t.message('init', { sessionId: 'x', tools: [], cwd: `/p/${vendor}/worktrees/one` }));
  t.runs(A, 'echo x > a.ts');
  t.runs(B, 'echo x > a.ts');
  t.runs(C, `echo x > ${vendor}/worktrees/two/a.ts`);
  expect(t.open()).toEqual([]);
  t.runs(B, `cd ${vendor}/worktrees/one && rm a.ts`);
  expect(t.open()).toEqual([`/p/${vendor}/worktrees/one/a.ts: a b`]);
});

test('a session that enters a worktree works there until it leaves it', () => {
  using t = start();
  t.edits(B, '/p/a.ts');
  t.uses(
    A,
    { kind: 'other', name: 'EnterWorktree', input: { name: 'w' } },
    { output: 'Entered worktree at /p/.claude/worktrees/w-1. Work there.' },
  );
  t.runs(A, 'echo x > a.ts');
  t.edits(A, '/p/.claude/worktrees/w-1/a.ts', {
    diffs: [{ path: '.claude/worktrees/w-1/a.ts', patch: '', added: 0, removed: 0, change: 'update' }],
  });
  expect(t.open()).toEqual([]);
  expect([...t.watched.keys()]).toEqual(['/p/a.ts', '/p/.claude/worktrees/w-1/a.ts']);
  t.uses(A, { kind: 'other', name: 'ExitWorktree', input: {} });
  t.runs(A, 'echo x > a.ts');
  expect(t.open()).toEqual(['/p/a.ts: b a']);
});

test('a subagent in a worktree of its own conflicts with nobody, neither do its own subagents; what it names by full path counts', () => {
  using t = start();
  t.edits(B, '/p/a.ts');
  const agent = t.begins(A, { kind: 'agent', name: 'Agent', input: { isolation: 'worktree', prompt: 'go' } });
  t.runs(A, 'echo x > a.ts', {}, agent);
  const inner = t.begins(A, { kind: 'agent', name: 'Agent', input: { prompt: 'go' } }, agent);
  t.runs(A, 'echo x > a.ts', {}, inner);
  expect(t.open()).toEqual([]);
  t.edits(A, '/p/a.ts', {}, inner);
  expect(t.open()).toEqual(['/p/a.ts: b a']);
});

test('a write from outside agor is a conflict with the agent that wrote the file; a further one raises it again', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.clock.advance(5_000);
  t.changes('/p/b.ts');
  expect(t.open()).toEqual([]);
  t.changes('/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a outside']);
  expect(t.conflicts.countsOf(P)).toEqual({ files: 1, external: 1 });
  t.conflicts.acknowledge(P);
  expect(t.open()).toEqual([]);
  t.clock.advance(5_000);
  t.changes('/p/a.ts', null);
  expect(t.open()).toEqual(['/p/a.ts: a outside']);
  expect(t.raised.length).toBe(2);
  t.tell(A, { kind: 'turnEnded' });
  expect([t.open(), t.watched.size]).toEqual([[], 0]);
});

test.each([
  ['two seconds after the agent wrote it', 2_000, []],
  ['later than that', 2_001, ['/p/a.ts: a outside']],
])('a change %s', (_, ms, conflicts) => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.clock.advance(ms);
  t.changes('/p/a.ts');
  expect(t.open()).toEqual(conflicts);
});

test('an edit that is told after the change shows on the disk is the agent’s own', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.clock.advance(60_000);
  const change = { path: '', file: '/p/a.ts', kind: 'changed', at: t.clock.now(), mtimeMs: t.clock.now() } as const;
  t.watched.get('/p/a.ts')?.onChange([change], false);
  t.clock.advance(1_500);
  t.edits(A, '/p/a.ts');
  t.clock.advance(2_000);
  expect(t.open()).toEqual([]);
});

test('while a command of a session in the project runs, changes are its own; not while it waits for the person’s leave', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.clock.advance(60_000);
  const call = t.begins(B, { kind: 'execute', name: 'Bash', input: { command: 'npm run format' } });
  const askId = 'ask' as AskId;
  t.tell(B, { kind: 'askOpened', ask: { id: askId, kind: 'permission', toolUseId: call } });
  t.clock.advance(60_000);
  t.changes('/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a outside']);
  t.conflicts.acknowledge(P);
  t.tell(B, { kind: 'askAnswered', askId });
  t.clock.advance(60_000);
  t.changes('/p/a.ts');
  t.ends(B, call);
  t.clock.advance(1_000);
  t.changes('/p/a.ts');
  expect(t.open()).toEqual([]);
  t.clock.advance(60_000);
  t.changes('/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a outside']);
});

test('a command in the background counts until its turn is over', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.uses(B, { kind: 'execute', name: 'Bash', input: { command: 'watch', run_in_background: true } });
  t.clock.advance(60_000);
  t.changes('/p/a.ts');
  expect(t.open()).toEqual([]);
  t.tell(B, { kind: 'turnEnded' });
  t.clock.advance(60_000);
  t.changes('/p/a.ts');
  expect(t.open()).toEqual(['/p/a.ts: a outside']);
});

test('other rights on a file whose content is as the agent left it are no write', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  const written = t.clock.now();
  t.clock.advance(60_000);
  t.changes('/p/a.ts', written);
  expect(t.open()).toEqual([]);
});

test('files are watched below the session’s folder only; that they can’t be is told, unless a folder is just gone', () => {
  using t = start();
  t.edits(A, '/p/src/a.ts');
  t.edits(A, '/tmp/scratch');
  expect([...t.watched].map(([file, { root }]) => [file, root])).toEqual([['/p/src/a.ts', '/p']]);
  t.watched.get('/p/src/a.ts')?.onProblem('no such folder', true);
  t.watched.get('/p/src/a.ts')?.onProblem('the limit is reached', false);
  t.watched.get('/p/src/a.ts')?.onProblem(null, false);
  expect(t.problems).toEqual(['the limit is reached', null]);
});

test('a file is one file, whether an agent names it through a link to the folder or by its real path', () => {
  using t = start();
  const link = join(t.dir, 'link');
  mkdirSync(join(t.dir, 'real'));
  symlinkSync(join(t.dir, 'real'), link);
  t.folders.set(A, link);
  t.folders.set(B, link);
  t.tell(A, t.message('init', { sessionId: 'x', tools: [], cwd: join(t.dir, 'real') }));
  t.edits(A, join(t.dir, 'real/src/a.ts'));
  t.runs(B, 'echo x > src/a.ts');
  expect(t.open()).toEqual([`${link}/src/a.ts: a b`]);
});

test('a conversation that is copied or imported holds no files', () => {
  using t = start();
  t.edits(A, '/p/a.ts');
  t.rest.set(B, { process: null, turn: null });
  t.edits(B, '/p/a.ts');
  expect([t.open(), [...t.watched.keys()]]).toEqual([[], ['/p/a.ts']]);
});

test('a turn that writes without end is remembered within a bound', () => {
  using t = start();
  for (let i = 0; i < 3_000; i++) t.edits(A, `/p/${i}`);
  t.edits(B, '/p/0');
  t.edits(B, '/p/2999');
  expect(t.open()).toEqual(['/p/2999: a b']);
  expect(t.watched.size).toBeLessThanOrEqual(2_001);
});
