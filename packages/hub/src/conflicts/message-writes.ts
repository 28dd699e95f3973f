import { resolve } from 'node:path';
import type { MessageOf } from '@agor/protocol';
import { z } from 'zod';
import { shellWrites, type WriteTarget } from './shell-writes.ts';

const path = z.string().min(1).optional().catch(undefined);
/** Names under which providers give a tool the files that it changes, the command that it runs and where. */
const Input = z.object({
  file_path: path,
  filePath: path,
  notebook_path: path,
  path,
  command: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  cwd: path,
  title: path,
  paths: z.array(z.string()).optional().catch(undefined),
  changes: z
    .array(z.object({ path: z.string() }))
    .optional()
    .catch(undefined),
});

/** Stands for a folder that nobody tells; no path begins with it by chance. */
const UNKNOWN = '/\0';

/** A command that goes on when its call is answered. */
export function runsOn({ kind, input }: MessageOf<'tool_call'>['content']): boolean {
  return kind === 'execute' && z.object({ run_in_background: z.literal(true) }).safeParse(input).success;
}

/** What a tool call is about to write. `cwd`: where it runs; null: nobody knows, only absolute paths count. */
export function callWrites(content: MessageOf<'tool_call'>['content'], cwd: string | null): WriteTarget[] {
  return writesFrom(content, cwd ?? UNKNOWN).filter(({ path }) => !path.startsWith(UNKNOWN));
}

function writesFrom({ kind, input }: MessageOf<'tool_call'>['content'], cwd: string): WriteTarget[] {
  const parsed = Input.safeParse(input);
  if (!parsed.success) return [];
  const { file_path, filePath, notebook_path, path, paths = [], changes = [], ...run } = parsed.data;
  const folder = resolve(cwd, run.cwd ?? '.');
  if (kind === 'execute') {
    const line = run.command ?? run.title ?? '';
    return shellWrites(typeof line === 'string' ? line : (line.at(-1) ?? ''), folder);
  }
  if (kind !== 'edit' && kind !== 'write') return [];
  return [file_path ?? filePath ?? notebook_path ?? path, ...paths, ...changes.map((c) => c.path)]
    .filter((file) => file !== undefined)
    .map((file) => ({ path: resolve(folder, file), tree: false }));
}

/** What a tool wrote as it told itself; without a change of text it wrote nothing. */
export function resultWrites({ diffs = [] }: MessageOf<'tool_result'>['content'], cwd: string): WriteTarget[] {
  return diffs.map((diff) => ({ path: resolve(cwd, diff.path), tree: false }));
}
