import { spawnSync } from 'node:child_process';
import type { ProcessInfo, ProcessTable } from './process-table.ts';

/**
 * macOS has no /proc: `ps` answers, slower, to the second, and without session ids. Not tried on every version of macOS.
 */
export const darwinTable: ProcessTable = {
  bootId: () => run('sysctl', ['-n', 'kern.boottime']).trim(),
  get: (pid) => parsePs(run('ps', ['-o', PS_FIELDS, '-p', String(pid)]))[0] ?? null,
  list: () => parsePs(run('ps', ['-ax', '-o', PS_FIELDS])),
  withEnv: (name, value) =>
    run('ps', ['-axEww', '-o', 'pid=,command='])
      .split('\n')
      .filter((line) => `${line} `.includes(` ${name}=${value} `))
      .map((line) => Number.parseInt(line, 10)),
};

const PS_FIELDS = 'pid=,ppid=,pgid=,stat=,lstart=';

/** Reads lines of `ps -o pid=,ppid=,pgid=,stat=,lstart=`. */
export function parsePs(output: string): ProcessInfo[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, ppid, pgid, state, startTime] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S)\S*\s+(.+?)\s*$/.exec(line) ?? [];
    if (state === undefined || startTime === undefined) return [];
    return { pid: Number(pid), ppid: Number(ppid), pgid: Number(pgid), sid: 0, startTime, state };
  });
}

function run(command: string, args: string[]): string {
  // LC_ALL: dates must read the same in every process, whatever the person's language.
  return spawnSync(command, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' } })
    .stdout;
}
