import { expect, setDefaultTimeout, test } from 'bun:test';
import { closeSync, constants, openSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTerminalPaused } from './ffi.ts';
import { until } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

const module = (name: string) => JSON.stringify(join(import.meta.dir, name));

test('a program that writes to a paused terminal waits for its release, and none of it is lost', async () => {
  let output = '';
  const shell = Bun.spawn(['sh', '-c', 'read go; echo first; echo second; read end'], {
    terminal: {
      data: (_, chunk) => {
        output += new TextDecoder().decode(chunk);
      },
    },
  });
  const slave = openSync(readlinkSync(`/proc/${shell.pid}/fd/0`), constants.O_RDWR | constants.O_NOCTTY);
  try {
    setTerminalPaused(slave, true);
    shell.terminal?.write('go\n');
    const write = process.arch === 'x64' ? '1 0x1 ' : '64 0x1 '; // the system call's number, and stdout
    await until('the write waits', () => readFileSync(`/proc/${shell.pid}/syscall`, 'utf8').startsWith(write));
    expect(output).toBe('');

    setTerminalPaused(slave, false);
    await until('both lines have come', () => output.includes('first\r\n') && output.includes('second\r\n'));
  } finally {
    closeSync(slave);
    shell.kill('SIGKILL');
    await shell.exited;
    shell.terminal?.close();
  }
});

test('a subreaper becomes the parent of orphans', async () => {
  const code = `import { becomeSubreaper } from ${module('ffi.ts')};
    import { listProcesses } from ${module('process-table.ts')};
    becomeSubreaper();
    const sh = Bun.spawn(['sh', '-c', 'sleep 1000 >/dev/null & echo $!'], { stdout: 'pipe' });
    const orphan = Number(await sh.stdout.text());
    await sh.exited;
    console.log(listProcesses().find((info) => info.pid === orphan)?.ppid === process.pid);
    process.kill(orphan, 'SIGKILL');`;
  const child = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' });
  expect((await child.stdout.text()).trim()).toBe('true');
});

test('a process that asked for it dies with its parent', async () => {
  const inner = `import { signalOnParentDeath } from ${module('ffi.ts')};
    signalOnParentDeath(9);
    console.log(process.pid);
    setInterval(() => {}, 1000);`;
  const outer = `const child = Bun.spawn([process.execPath, '-e', process.argv[1]], { stdout: 'inherit' });
    await child.exited;`;
  const parent = Bun.spawn([process.execPath, '-e', outer, inner], { stdout: 'pipe' });
  const reader = parent.stdout.getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value));
  expect(pid).toBeGreaterThan(1);
  parent.kill('SIGKILL');
  expect((await reader.read()).done).toBe(true); // the last holder of the pipe is gone
});

test('a process that is no group leader can start a session of its own', async () => {
  const code = `import { setsid } from ${module('ffi.ts')}; console.log(setsid() === process.pid);`;
  const child = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' });
  expect((await child.stdout.text()).trim()).toBe('true');
});
