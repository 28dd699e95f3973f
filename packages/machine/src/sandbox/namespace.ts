import { openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Of what bubblewrap tells of a run. */
const Info = z.object({ 'mnt-namespace': z.number().int().positive() });

/** The file in which bubblewrap tells which namespace it made; it lies where no agent can write. The caller closes it. */
export function openNamespaceFile(base: string): number {
  return openSync(infoFile(base), 'wx', 0o600);
}

/**
 * The processes in the mount namespace that was made for the run of this temp folder. A process can leave its parent, session, group and
 * environment, but not that. The number of a namespace that is gone may be given to another: only one in which this run's own temp folder
 * can be seen is taken for it. Empty without bubblewrap, and before it told.
 */
export function namespaceMembers(base: string): number[] {
  const info = Info.safeParse(readJson(infoFile(base)));
  if (!info.success) return [];
  const link = `mnt:[${info.data['mnt-namespace']}]`;
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && namespaceOf(pid) === link && sees(pid, join(base, 's')) ? [pid] : [];
  });
}

function infoFile(base: string): string {
  return join(base, 'namespace.json');
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null; // ended since, or not ours
  }
}

function sees(pid: number, path: string): boolean {
  try {
    readdirSync(`/proc/${pid}/root${path}`);
    return true;
  } catch {
    return false;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // not written yet: nothing runs in there
  }
}
