import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutsideSession } from '@agor/protocol';
import { z } from 'zod';
import { oneLine } from '../words.ts';
import { promptIn } from './prompts.ts';

/** A conversation's file, as its name and the file system tell. */
export interface Rollout {
  readonly path: string;
  readonly id: string;
  /** Ms since the epoch. */
  readonly updatedAt: number;
  readonly sizeBytes: number;
}

/** Most files that are looked at; the newest by name come first. */
const MAX_FILES = 20_000;
const AT_ONCE = 64;
/** The folder stands in the first line, near its beginning; the first prompt comes behind the CLI's own words. */
const CWD_BYTES = 8 * 1024;
const HEAD_BYTES = 256 * 1024;
const NAME = /^rollout-.*-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/;
const MAX_TITLE_CHARS = 120;

/** All conversations, the one that changed last first. None where Codex was never used. */
export async function listRollouts(home: string, signal: AbortSignal): Promise<Rollout[]> {
  const names = (await namesIn(join(home, 'sessions'))).filter(({ id }) => id !== null);
  // A name begins with the day it was made.
  names.sort((a, b) => (a.path < b.path ? 1 : -1));
  const files: Rollout[] = [];
  for (let from = 0; from < Math.min(names.length, MAX_FILES); from += AT_ONCE) {
    signal.throwIfAborted();
    const batch = names.slice(from, from + AT_ONCE).map(({ path, id }) => fileAt(path, id ?? ''));
    files.push(...(await Promise.all(batch)).filter((file) => file !== null));
  }
  return files.sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1));
}

/** The file of one conversation; null when there is none. */
export async function findRollout(home: string, id: string, signal: AbortSignal): Promise<Rollout | null> {
  signal.throwIfAborted();
  const found = (await namesIn(join(home, 'sessions'))).find((each) => each.id === id);
  return found ? await fileAt(found.path, id) : null;
}

async function namesIn(folder: string): Promise<{ readonly path: string; readonly id: string | null }[]> {
  try {
    const names = await readdir(folder, { recursive: true });
    return names.map((name) => ({
      path: join(folder, name),
      id: NAME.exec(name.split('/').at(-1) ?? '')?.[1] ?? null,
    }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function fileAt(path: string, id: string): Promise<Rollout | null> {
  try {
    const { mtimeMs, size } = await stat(path);
    return { path, id, updatedAt: Math.floor(mtimeMs), sizeBytes: size };
  } catch (error) {
    // It was archived between the two looks.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const Meta = z.object({
  type: z.literal('session_meta'),
  payload: z.object({ cwd: z.string(), source: z.unknown().optional() }),
});

/** What a list shows of a conversation, from its beginning alone; null for one of a subagent, of another folder, or without a prompt. */
export async function describeRollout(
  { path, id, updatedAt, sizeBytes }: Rollout,
  cwd: string | null,
): Promise<Omit<OutsideSession, 'importedAs' | 'provider'> | null> {
  const beginning = await head(path, CWD_BYTES);
  if (cwd !== null && !beginning.includes(`"cwd":${JSON.stringify(cwd)}`)) return null;
  const lines = (await head(path, HEAD_BYTES)).split('\n');
  const meta = Meta.safeParse(parseJson(lines[0] ?? ''));
  if (!meta.success) return null;
  const { source } = meta.data.payload;
  const isSubagent = typeof source === 'object' && source !== null && 'subagent' in source;
  if (isSubagent || (cwd !== null && meta.data.payload.cwd !== cwd)) return null;
  const prompt = lines.map((line) => promptIn(parseJson(line))).find((text) => text !== null);
  if (prompt === undefined || prompt === null) return null;
  const title = oneLine(prompt).slice(0, MAX_TITLE_CHARS);
  return { providerSessionId: id, cwd: meta.data.payload.cwd, title, updatedAt, sizeBytes };
}

async function head(path: string, bytes: number): Promise<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null; // gone meanwhile
    throw error;
  });
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Undefined for what is no JSON: a line that was cut off by the end of what was read. */
export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
