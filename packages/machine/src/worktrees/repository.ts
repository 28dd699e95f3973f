import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { err, ok, type Result } from '@agor/runtime';
import { type Git, line, saying } from './git.ts';
import { real } from './place.ts';

export interface Repository {
  /** Real; all worktrees of a repository have the same. */
  readonly commonDir: string;
  /** From the top of its repository to the folder, with `/` at its end, or empty. */
  readonly prefix: string;
}

/** The repository in which a folder lies. Fails with words for the person. */
export async function repositoryOf(
  git: Git,
  folder: string,
  signal?: AbortSignal,
): Promise<Result<Repository, string>> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    return err(`the project's folder ${folder} is not there: it may have been moved or deleted`);
  const [common, prefix] = await Promise.all([
    git.run(['rev-parse', '--git-common-dir'], { cwd: folder, signal }),
    git.run(['rev-parse', '--show-prefix'], { cwd: folder, signal }),
  ]);
  if (!common.ok) return common;
  if (!prefix.ok) return prefix;
  for (const { value } of [common, prefix]) {
    if (value.code === 0) continue;
    if (/not a git repository/.test(value.words))
      return err(`${folder} is in no git repository. Make one with \`git init\` and a first commit`);
    return err(`git does not open the repository of ${folder} (${saying(value)})`);
  }
  const commonDir = await real(resolve(folder, line(common.value)));
  if (commonDir === null) return err(`the repository of ${folder} is not there any more`);
  return ok({ commonDir, prefix: line(prefix.value) });
}
