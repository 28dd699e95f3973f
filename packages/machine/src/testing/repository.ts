import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A git repository of a test's own. */
export class TestRepository {
  readonly path: string;

  /** Makes it at `path`, with one commit of `files`. */
  constructor(path: string, files: Readonly<Record<string, string>> = { 'a.txt': 'a\n' }) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    git(path, 'init', '--quiet', '--initial-branch=main');
    if (Object.keys(files).length > 0) this.commit(files);
  }

  /** Commits these files and all else that is there. Tells the commit's id. */
  commit(files: Readonly<Record<string, string>>, cwd = this.path): string {
    write(cwd, files);
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '--quiet', '--allow-empty', '-m', `with ${Object.keys(files).join(', ')}`);
    return git(cwd, 'rev-parse', 'HEAD');
  }

  git(...args: string[]): string {
    return git(this.path, ...args);
  }
}

/** Runs git as a person would, but for their settings. Throws its words when it fails. */
export function git(cwd: string, ...args: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(['git', '-c', 'protocol.file.allow=always', ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', ...PERSON },
  });
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.toString().trim();
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const PERSON = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};
