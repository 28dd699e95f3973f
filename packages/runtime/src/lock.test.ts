import { expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { acquireLock, lockHolder } from './lock.ts';
import { isAlive, processRef } from './process-table.ts';
import { tempDir } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

const lockModule = JSON.stringify(join(import.meta.dir, 'lock.ts'));

/** A process that tries for the lock, prints a line and stays until its stdin ends. */
function contender(path: string, line: string) {
  const code = `import { acquireLock } from ${lockModule};
    const lock = acquireLock(${JSON.stringify(path)}, { info: { role: 'test' } });
    console.log(${line});
    await Bun.stdin.text();`;
  return Bun.spawn([process.execPath, '-e', code], { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
}

async function firstLine(process: { stdout: ReadableStream<Uint8Array> }): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of process.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes('\n')) break;
  }
  return text.trim();
}

test('of twenty processes that want the lock at once, exactly one gets it', async () => {
  using dir = tempDir();
  const all = Array.from({ length: 20 }, () => contender(join(dir.path, 'lock'), 'lock.ok'));
  const answers = await Promise.all(all.map(firstLine));
  expect(answers.filter((answer) => answer === 'true')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'false')).toHaveLength(19);
  for (const one of all) one.stdin.end();
  await Promise.all(all.map((one) => one.exited));
});

test('whoever finds it taken is told by whom, and gets it when the holder was killed, though a child of the holder lives on', async () => {
  using dir = tempDir();
  const path = join(dir.path, 'lock');
  const holder = contender(path, `Bun.spawn(['sleep', '1000'], { detached: true }).pid`);
  const child = processRef(Number(await firstLine(holder)));
  if (!child) throw new Error('the child should run');
  try {
    const refused = acquireLock(path);
    if (refused.ok) throw new Error('two hold the lock');
    expect(JSON.parse(refused.error.heldBy ?? '')).toMatchObject({ pid: holder.pid, role: 'test' });

    expect(lockHolder(path)).toMatchObject({ pid: holder.pid, role: 'test' });

    holder.kill('SIGKILL');
    await holder.exited;
    expect(lockHolder(path)).toBeNull();
    expect(isAlive(child)).toBe(true);
    expect(acquireLock(path).ok).toBe(true);
  } finally {
    process.kill(child.pid, 'SIGKILL');
  }
});

test('a released lock can be taken again, also within one process', () => {
  using dir = tempDir();
  const path = join(dir.path, 'lock');
  const first = acquireLock(path);
  if (!first.ok) throw new Error('the lock should be free');
  expect(acquireLock(path).ok).toBe(false);
  first.value.release();
  first.value.release();
  const second = acquireLock(path);
  if (!second.ok) throw new Error('the lock should be free again');
  second.value[Symbol.dispose]();
});
