import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gitEnvironment, output } from './run-program.ts';

/** Where there is no git to say what is generated. */
const SKIPPED = new Set(['.git', 'node_modules', '.venv', 'venv', '__pycache__', 'target', 'dist', 'build', '.cache']);
/** A walk ends here. */
export const MAX_FILES = 50_000;

/** Every file below a folder, relative to it, without what git ignores. Bounded by MAX_FILES. */
export async function filesOf(folder: string, signal: AbortSignal): Promise<string[]> {
  const listed = await output(
    // No configuration of the repository may start a program here.
    ['git', '-c', 'core.fsmonitor=false', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: folder, signal, env: gitEnvironment() },
  );
  if (listed.exitCode === 0) return [...new Set(listed.text.split('\0').filter(Boolean))].slice(0, MAX_FILES);
  return walk(folder, signal);
}

async function walk(folder: string, signal: AbortSignal): Promise<string[]> {
  const files: string[] = [];
  const folders = [''];
  for (let at = folders.shift(); at !== undefined && files.length < MAX_FILES; at = folders.shift()) {
    signal.throwIfAborted();
    // A folder that may not be read, or is gone meanwhile, has nothing to tell.
    const entries = await readdir(join(folder, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files.slice(0, MAX_FILES);
}
