import { askGit } from './git.ts';

const LIST = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];

/**
 * The tracked and the new files of the repository that `root` lies in, ignored ones left out, from `root` on. Null when it is no repository, or there is
 * no git. Ends git when `signal` aborts or the bounds are reached. Programs that a repository's own config names are not run.
 */
export async function repositoryPaths(root: string, maxPaths: number, signal: AbortSignal): Promise<string[] | null> {
  const listed = await askGit(LIST, { cwd: root, signal });
  if (!listed || (listed.code !== 0 && !listed.isCut)) return null;
  const paths = listed.stdout.toString().split('\0');
  paths.pop(); // empty, or cut in its middle
  return paths.slice(0, maxPaths);
}
