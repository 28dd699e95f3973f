import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Policy, ruleFor } from './policy.ts';

export interface MountPlan {
  readonly policy: Policy;
  /** Symbolic links that lead to what is shown: where they lie → what they say. */
  readonly links: ReadonlyMap<string, string>;
  /** Folders that must not be renamed away with what is guarded in them: each becomes a mount of its own. */
  readonly pinned: readonly string[];
  /** Single files that are shown in a hidden folder, sockets among them. */
  readonly files: readonly string[];
  /** Is shown as /tmp; null: /tmp has only what the policy shows in it. */
  readonly sharedTmp: string | null;
  readonly cwd: string;
}

/**
 * The arguments that make bubblewrap show exactly what the policy allows: an empty read-only root with the allowed folders in it. What is not
 * named is not there, path sockets among it. No process namespace: the machine must know and end every process by its own numbers.
 */
export function bubblewrapArguments(plan: MountPlan): string[] {
  const { policy, links, pinned, files, sharedTmp, cwd } = plan;
  const mounts = new Map<string, string[]>();
  const sealedLater: string[] = [];
  for (const [at, target] of links) {
    if (ruleFor(policy, dirname(at)) === 'hide') mounts.set(at, ['--symlink', target, at]);
  }
  for (const [path, rule] of policy) {
    if (rule === 'write') mounts.set(path, ['--bind-try', path, path]);
    else if (rule === 'read') mounts.set(path, ['--ro-bind-try', path, path]);
    else if (ruleFor(policy, dirname(path)) !== 'hide') {
      // In a shown folder something empty takes the place of what is hidden.
      const folder = isFolder(path);
      mounts.set(path, folder ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path]);
      if (folder) sealedLater.push(path);
    }
  }
  for (const path of pinned) if (!mounts.has(path)) mounts.set(path, ['--bind-try', path, path]);
  for (const path of files) mounts.set(path, ['--bind-try', path, path]);
  mounts.set('/dev', ['--dev', '/dev']);
  if (sharedTmp !== null) mounts.set('/tmp', ['--bind', sharedTmp, '/tmp']);
  // `-try`: what vanished since we looked is not shown. A folder before what lies in it, for a mount covers all that was below its place.
  const inOrder = [...mounts].sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1));
  return [
    '--die-with-parent',
    ...inOrder.flatMap(([, words]) => words),
    ...['/', ...sealedLater].flatMap((path) => ['--remount-ro', path]),
    '--chdir',
    cwd,
  ];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function depth(path: string): number {
  return path.split('/').length;
}
