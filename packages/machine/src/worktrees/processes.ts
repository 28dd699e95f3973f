import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { isWithin } from '../files/index.ts';

export interface FolderProcess {
  readonly pid: number;
  readonly command: string;
}

/** The person's processes that work in a folder. Our own git, which looks at it, is none. `folder` is real. */
export async function processesIn(folder: string): Promise<FolderProcess[]> {
  const found = process.platform === 'darwin' ? await byLsof() : await byProc();
  return found.filter(({ cwd }) => isWithin(folder, cwd)).map(({ pid, command }) => ({ pid, command }));
}

interface Found extends FolderProcess {
  readonly cwd: string;
}

async function byProc(): Promise<Found[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => lookAt(Number(pid))));
  return found.filter((one) => one !== null);
}

async function lookAt(pid: number): Promise<Found | null> {
  try {
    const cwd = await readlink(`/proc/${pid}/cwd`);
    const [command = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const name = basename(command) || (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    return name === 'git' && (await isOurs(pid)) ? null : { pid, cwd, command: name };
  } catch {
    return null; // it ended, or is another user's
  }
}

async function isOurs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
}

async function byLsof(): Promise<Found[]> {
  const lsof = Bun.spawn(['lsof', '-a', '-d', 'cwd', '-F', 'pcn'], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
  return parseLsof(await new Response(lsof.stdout).text());
}

/** Reads `lsof -F pcn`: a line for each field, its first letter says which. Not tried on every version of macOS. */
export function parseLsof(output: string): Found[] {
  const found: Found[] = [];
  let pid = 0;
  let command = '';
  for (const line of output.split('\n')) {
    if (line[0] === 'p') pid = Number(line.slice(1));
    else if (line[0] === 'c') command = line.slice(1);
    else if (line[0] === 'n') found.push({ pid, command, cwd: line.slice(1) });
  }
  return found;
}
