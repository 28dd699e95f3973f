import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { endTree } from './kill-tree.ts';
import { isAlive, type ProcessRef, processesWithEnv, processRef } from './process-table.ts';
import { tempDir, until } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

const MARK = 'AGOR_SESSION';
const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo();
});

/** Runs a shell script as the machine runs a runner: leader of a session of its own, marked. `$DIR` is a folder for what it has to tell. */
function startMarked(script: string) {
  const dir = tempDir();
  const value = crypto.randomUUID();
  const env = { PATH: process.env.PATH ?? '', DIR: dir.path, [MARK]: value };
  const child = Bun.spawn(['sh', '-c', script], { env, detached: true, stdin: 'ignore' });
  cleanUp.push(() => {
    for (const pid of processesWithEnv(MARK, value)) process.kill(pid, 'SIGKILL');
    dir[Symbol.dispose]();
  });
  return { root: refOf(child.pid), mark: { name: MARK, value }, child, pidIn: (name: string) => pidIn(dir.path, name) };
}

/** Waits until a script has written a pid to the file `name`. */
async function pidIn(dir: string, name: string): Promise<ProcessRef> {
  const file = join(dir, name);
  await until(`${name} is written`, () => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 1);
  return refOf(Number(readFileSync(file, 'utf8')));
}

function refOf(pid: number): ProcessRef {
  const ref = processRef(pid);
  if (!ref) throw new Error(`process ${pid} should run`);
  return ref;
}

test('a tree that obeys TERM is ended without a kill, its setsid grandchild included', async () => {
  const tree = startMarked('setsid sh -c "echo \\$\\$ > $DIR/grandchild; exec sleep 1000" & wait');
  const grandchild = await tree.pidIn('grandchild');
  const report = await endTree(tree);
  expect(report).toMatchObject({ killed: [], left: [] });
  expect(report.found).toBeGreaterThanOrEqual(2);
  expect([tree.root, grandchild].some(isAlive)).toBe(false);
});

test('a daemon that left its parent and its session is found by its mark, though the root is gone', async () => {
  const tree = startMarked('setsid sh -c "(sleep 1000 & echo \\$! > $DIR/daemon)"');
  const daemon = await tree.pidIn('daemon');
  await tree.child.exited;
  expect(isAlive(daemon)).toBe(true);
  await endTree(tree);
  expect(isAlive(daemon)).toBe(false);
});

test('children that cleared their environment are found by their parent, session or group', async () => {
  const tree = startMarked(
    '(env -i sleep 1000 & echo $! > $DIR/orphan); env -i setsid sleep 1000 & echo $! > $DIR/child; wait',
  );
  const cleared = [await tree.pidIn('orphan'), await tree.pidIn('child')];
  await endTree(tree);
  expect(cleared.some(isAlive)).toBe(false);
});

test('who ignores TERM is killed after the grace, and the report says so', async () => {
  const tree = startMarked('trap "" TERM; echo $$ > $DIR/ready; while :; do sleep 1000; done');
  await tree.pidIn('ready');
  const report = await endTree({ ...tree, graceMs: 50 });
  expect(report.killed.map((ref) => ref.pid)).toContain(tree.root.pid);
  expect(report.left).toEqual([]);
  expect(isAlive(tree.root)).toBe(false);
});

test('a loop that forks while it is killed does not win', async () => {
  const tree = startMarked(
    'trap "" TERM; echo $$ > $DIR/ready; while :; do setsid sh -c "trap \'\' TERM; sleep 1000" & sleep 0.01; done',
  );
  await tree.pidIn('ready');
  const report = await endTree({ ...tree, graceMs: 50 });
  expect(report.left).toEqual([]);
  expect(processesWithEnv(MARK, tree.mark.value)).toEqual([]);
});

test('a stopped process ends as well', async () => {
  const tree = startMarked('echo $$ > $DIR/ready; exec sleep 1000');
  await tree.pidIn('ready');
  process.kill(tree.root.pid, 'SIGSTOP');
  expect(await endTree(tree)).toMatchObject({ killed: [], left: [] });
});

test('the background job of an interactive shell ends with it', async () => {
  using dir = tempDir();
  const value = crypto.randomUUID();
  const env = { PATH: process.env.PATH ?? '', HOME: dir.path, DIR: dir.path, [MARK]: value };
  const shell = Bun.spawn(['bash', '--norc', '-i'], { env, terminal: { data: () => {} } });
  shell.terminal?.write('sleep 1000 & echo $! > $DIR/job\n');
  const job = await pidIn(dir.path, 'job');
  const report = await endTree({ root: refOf(shell.pid), mark: { name: MARK, value }, graceMs: 100 });
  expect(report.left).toEqual([]);
  expect(isAlive(job)).toBe(false);
  await shell.exited;
  shell.terminal?.close();
});

test('strangers are left alone: a process that got the pid of the root, and the session that a marked process was started in', async () => {
  const stranger = startMarked(`${MARK}=other-$$ sh -c 'echo $$ > $DIR/guest; exec sleep 1000' & exec sleep 1000`);
  const guest = await stranger.pidIn('guest');
  const guestMark = { name: MARK, value: `other-${stranger.root.pid}` };

  const reused = { ...stranger.root, startTime: '1' };
  const nobody = { name: MARK, value: crypto.randomUUID() };
  const earlierBoot = { ...stranger.root, bootId: 'an earlier one' };
  for (const root of [reused, earlierBoot]) {
    expect(await endTree({ root, mark: nobody })).toEqual({ found: 0, killed: [], left: [] });
  }

  expect(await endTree({ mark: guestMark })).toEqual({ found: 1, killed: [], left: [] });
  expect(isAlive(guest)).toBe(false);
  expect(isAlive(stranger.root)).toBe(true);
});

test('whoever ends a tree survives it, even when it carries the mark itself', async () => {
  const value = crypto.randomUUID();
  const code = `import { endTree } from ${JSON.stringify(join(import.meta.dir, 'kill-tree.ts'))};
    const child = Bun.spawn(['sleep', '1000']);
    const report = await endTree({ mark: { name: '${MARK}', value: '${value}' } });
    console.log(report.found, (await child.exited) > 0);`;
  const env = { ...process.env, [MARK]: value };
  // The shell between is an ancestor with the mark: ending it would end the one who asked.
  const outer = Bun.spawn(['sh', '-c', '"$0" -e "$1"; true', process.execPath, code], { env, stdout: 'pipe' });
  expect((await outer.stdout.text()).trim()).toBe('1 true');
  expect(await outer.exited).toBe(0);
});

test('what a crashed root left in its session is found by a subreaper, even without mark', async () => {
  using dir = tempDir();
  const code = `import { becomeSubreaper } from ${JSON.stringify(join(import.meta.dir, 'ffi.ts'))};
    import { endTree } from ${JSON.stringify(join(import.meta.dir, 'kill-tree.ts'))};
    import { processRef } from ${JSON.stringify(join(import.meta.dir, 'process-table.ts'))};
    becomeSubreaper();
    const script = 'env -i sleep 1000 & echo $! > ${dir.path}/orphan; read wait';
    const child = Bun.spawn(['sh', '-c', script], { detached: true, stdin: 'pipe' });
    const root = processRef(child.pid);
    child.stdin.write('\\n'); child.stdin.end();
    await child.exited;
    const report = await endTree({ root, mark: { name: '${MARK}', value: crypto.randomUUID() } });
    console.log(JSON.stringify(report));`;
  const machine = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' });
  expect(JSON.parse(await machine.stdout.text())).toEqual({ found: 1, killed: [], left: [] });
});
