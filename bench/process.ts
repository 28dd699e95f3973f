import { readFileSync } from 'node:fs';
import type { World } from '@agor/e2e/world';
import { listProcesses } from '@agor/runtime';

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Pages that this process has mapped and that are in memory; shared ones count for every process that maps them. */
export function rssMb(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, 'VmRSS') / 1000;
}

/** What a process alone holds: without the files that it maps, whose pages the system takes back when it needs them. */
export function ownMb(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, 'RssAnon') / 1000;
}

/** The process's part of the memory: a page that n processes share counts as an nth. */
export function pssMb(pid: number): number {
  return kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss') / 1000;
}

export function peakRssMb(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, 'VmHWM') / 1000;
}

/** User and system time of all its threads; 0 when it has ended. */
export function cpuSeconds(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Agor's programs that run in a world: hub, machine, and the machine's children by name; of several runners the newest. */
export function programsOf(world: World): Record<string, number> {
  const found: Record<string, number> = { hub: world.serving.info.pid };
  const machine = world.machinePid;
  if (machine === null) return found;
  found.machine = machine;
  for (const { pid, ppid } of listProcesses()) {
    if (ppid !== machine) continue;
    const name = /\/(pty-host|runner-[a-z-]+)\.js/.exec(read(`/proc/${pid}/cmdline`))?.[1];
    if (name) found[name.startsWith('runner-') ? 'runner' : name] = pid;
  }
  return found;
}

/** The runners that a world's machine has started. */
export function runnersOf(world: World): number[] {
  const machine = world.machinePid;
  return listProcesses()
    .filter(({ pid, ppid }) => ppid === machine && /\/runner-[a-z-]+\.js/.test(read(`/proc/${pid}/cmdline`)))
    .map(({ pid }) => pid);
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function kilobytes(file: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(file))?.[1]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
