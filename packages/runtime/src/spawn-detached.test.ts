import { expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, listProcesses, processRef } from './process-table.ts';
import { spawnDetached } from './spawn-detached.ts';
import { tempDir, until } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

const env = { PATH: process.env.PATH ?? '' };

test('a detached program leads its own session in / with nothing on stdin and only the environment it was given', async () => {
  using dir = tempDir();
  const logFile = join(dir.path, 'x.log');
  const script = 'cat; echo err >&2; env; pwd; exec sleep 1000';
  const child = spawnDetached(['sh', '-c', script], { env: { ...env, ONLY: 'this' }, logFile });
  try {
    await until('it has spoken', () => readFileSync(logFile, 'utf8').endsWith('\n/\n'));
    const log = readFileSync(logFile, 'utf8');
    expect(log).toStartWith('err\n');
    expect(log).toContain('ONLY=this');
    expect(log).not.toContain('HOME=');
    expect(statSync(logFile).mode & 0o777).toBe(0o600);
    expect(readlinkSync(`/proc/${child.pid}/cwd`)).toBe('/');
    expect(listProcesses().find((info) => info.pid === child.pid)).toMatchObject({ sid: child.pid, pgid: child.pid });
  } finally {
    process.kill(child.pid, 'SIGKILL');
  }
  expect(await child.exited).toBe(137);
  expect(listProcesses().some((info) => info.pid === child.pid)).toBe(false); // no zombie while we live
});

test('it survives the end of the one who started it and the hangup of their terminal', async () => {
  using dir = tempDir();
  const code = `import { spawnDetached } from ${JSON.stringify(join(import.meta.dir, 'spawn-detached.ts'))};
    const child = spawnDetached(['sleep', '1000'], { env: process.env, logFile: ${JSON.stringify(join(dir.path, 'x.log'))} });
    console.log('pid=' + child.pid + '.');`;
  let output = '';
  const starter = Bun.spawn([process.execPath, '-e', code], {
    terminal: {
      data: (_, chunk) => {
        output += new TextDecoder().decode(chunk);
      },
    },
  });
  expect(await starter.exited).toBe(0); // that it ends at all shows that the child does not keep it
  await until('the pid was read', () => output.includes('.'));
  starter.terminal?.close();
  const child = processRef(Number(/pid=(\d+)/.exec(output)?.[1]));
  if (!child) throw new Error('the program ended with its starter');
  try {
    expect(isAlive(child)).toBe(true);
  } finally {
    process.kill(child.pid, 'SIGKILL');
  }
});

test('a program that does not exist is an error at once', () => {
  using dir = tempDir();
  expect(() => spawnDetached(['/no/such/program'], { env, logFile: join(dir.path, 'x.log') })).toThrow(
    /ENOENT|not found/,
  );
});
