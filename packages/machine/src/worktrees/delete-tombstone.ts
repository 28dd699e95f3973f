import { lstat, realpath, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mountsBelow } from './mounts.ts';
import { REMOVED } from './own-folders.ts';
import { absent } from './place.ts';

/**
 * Deletes a folder of `<root>/.removed` with all that is in it, following no link. Null when it is gone; else why it is not. Safe to repeat, and to
 * be killed. Refuses what lies elsewhere, and a folder in which another disk is mounted.
 */
export async function deleteTombstone(
  root: string,
  tombstone: string,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const stat = await lstat(tombstone).catch(absent);
  if (stat === null) return null;
  const parent = dirname(tombstone);
  if (parent !== join(root, REMOVED) || (await realpath(parent)) !== parent)
    return 'it does not lie where removed worktrees do';
  if (!stat.isDirectory()) {
    await unlink(tombstone);
    return null;
  }
  const [mount] = await mountsBelow(tombstone);
  if (mount !== undefined) return `another disk is mounted at ${mount}`;
  const failure = await run(['rm', '-rf', '--', tombstone], env);
  if (failure === null) return null;
  // Folders that say "read only", such as those of Go's module cache. It follows no link, either.
  await run(['find', tombstone, '-type', 'd', '!', '-perm', '-700', '-exec', 'chmod', 'u+rwx', '{}', ';'], env);
  return run(['rm', '-rf', '--', tombstone], env);
}

async function run(command: string[], env: Readonly<Record<string, string>>): Promise<string | null> {
  const child = Bun.spawn(command, {
    cwd: '/',
    env: { PATH: process.env.PATH || '/usr/bin:/bin', LC_ALL: 'C', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [words, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  return code === 0 ? null : words.trim().split('\n').slice(-3).join(' ').slice(0, 600) || `exit code ${code}`;
}
