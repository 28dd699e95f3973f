import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { endTree, type Logger } from '@agor/runtime';
import { SESSION_VARIABLE } from '../environment/index.ts';
import type { SandboxRecord } from './leftovers.ts';
import { namespaceMembers } from './namespace.ts';
import { type Planted, takePlanted } from './planted.ts';

const CACHE_DAYS = 30;
const DAY_MS = 86_400_000;
/** Their machine is dead: they had their time. */
const GRACE_MS = 1_000;

/** Puts a run's leftovers in order: what was planted, its temp folder, its placeholders. Never rejects; safe to repeat. */
export async function releaseRecord(record: SandboxRecord, quarantine: string, log: Logger): Promise<Planted[]> {
  await endMembers(record, log);
  const planted = await takePlanted(record, quarantine).catch((error: unknown) => {
    log.error('it could not be looked at what a run left in its project', { error });
    return [];
  });
  await removeTree(record.tmp).catch((error: unknown) => log.warn('a temp folder could not be removed', { error }));
  // Those in a placeholder were made after it.
  for (const path of record.placeholders.toReversed()) removeIfEmpty(path);
  return planted;
}

/** After a crash of the machine: who got away from parents and marks still lives in the run's namespace. */
async function endMembers({ sessionId, tmp }: SandboxRecord, log: Logger): Promise<void> {
  if (namespaceMembers(tmp).length === 0) return;
  const mark = { name: SESSION_VARIABLE, value: sessionId };
  const { left } = await endTree({ mark, others: () => namespaceMembers(tmp), graceMs: GRACE_MS });
  if (left.length > 0) log.error('processes of a sandbox could not be ended', { sessionId, left: left.length });
}

/** Also where a tool left folders without the right to write in them. */
async function removeTree(path: string): Promise<void> {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // chmod does not follow links below `path`
    await Bun.spawn(['chmod', '-R', 'u+rwX', path], { stdio: ['ignore', 'ignore', 'ignore'] }).exited;
    rmSync(path, { recursive: true, force: true });
  }
}

function removeIfEmpty(path: string): void {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) rmdirSync(path);
    else if (stat.size === 0) rmSync(path);
  } catch {
    // Somebody put something in it, or removed it: it is theirs.
  }
}

/** Caches of projects in which no agent ran for a month can be had again. */
export function removeOldCaches(caches: string, now = Date.now()): void {
  let names: string[];
  try {
    names = readdirSync(caches);
  } catch {
    return; // there are none yet
  }
  for (const name of names) {
    const path = join(caches, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && now - stat.mtimeMs > CACHE_DAYS * DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}
