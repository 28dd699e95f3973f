import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GroupConfig, GroupId, newId, ProjectConfig, ProjectId, ProviderId } from '@agor/protocol';
import type { Logger } from '@agor/runtime';
import { DEMO_GROUP, type GroupsFileStore } from '../groups/index.ts';
import { type DemoRepository, demoRepositories } from './demo-files.ts';

const GIT_MS = 10_000;

/**
 * For the very first start: a group "Demo" over two small repositories in the data folder, with the scripted agent that needs no key.
 * Folders that are there already are left as the person changed them. Without git they are plain folders, and their description says so.
 */
export async function createDemo(options: {
  readonly groups: GroupsFileStore;
  readonly dataDir: string;
  readonly log: Logger;
  /** Whether their agents are confined to them. */
  readonly sandboxEnabled: boolean;
  /** The program; null when there is none. */
  readonly git?: string | null;
}): Promise<void> {
  const git = options.git === undefined ? Bun.which('git') : options.git;
  const root = join(options.dataDir, 'demo');
  let withoutGit: string | null = null;
  for (const repository of demoRepositories) {
    const folder = join(root, repository.folder);
    if (existsSync(folder)) continue;
    // Aside first: a start that is cut short leaves no half-made project behind.
    const draft = join(root, `.${repository.folder}.new`);
    rmSync(draft, { recursive: true, force: true });
    writeRepository(draft, repository);
    withoutGit = (await commitAll(git, draft)) ?? withoutGit;
    renameSync(draft, folder);
  }
  if (withoutGit !== null) options.log.warn('the demo projects have no git', { why: withoutGit });
  addDemoGroup(options.groups, root, options.sandboxEnabled, withoutGit !== null);
}

function writeRepository(folder: string, repository: DemoRepository): void {
  for (const [path, content] of Object.entries(repository.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function addDemoGroup(groups: GroupsFileStore, root: string, sandboxEnabled: boolean, plain: boolean): void {
  const projects = demoRepositories.map((repository) =>
    ProjectConfig.parse({
      id: newId(ProjectId),
      name: repository.name,
      identifier: repository.folder,
      description: plain ? `${repository.description}; a plain folder, for git is not at hand` : repository.description,
      icon: repository.icon,
      cwd: join(root, repository.folder),
      provider: ProviderId.parse('demo'),
      sandboxEnabled,
      demo: true,
    }),
  );
  const group = GroupConfig.parse({ id: newId(GroupId), name: DEMO_GROUP, projects });
  groups.change((file) => ({
    // A group that came meanwhile is the person's: it stays the one that is shown.
    file: { ...file, groups: [...file.groups, group], activeGroupId: file.activeGroupId || group.id },
    result: undefined,
  }));
}

/** Makes the first commit, whatever the person's own git configuration is or lacks. Returns why it could not. */
async function commitAll(git: string | null, folder: string): Promise<string | null> {
  if (git === null) return 'git is not installed';
  const identity = ['-c', 'user.name=agor demo', '-c', 'user.email=demo@agor.invalid', '-c', 'commit.gpgsign=false'];
  const steps = [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--no-verify', '--message', 'First version'],
  ];
  for (const step of steps) {
    const problem = await runGit(git, folder, step);
    if (problem !== null) return problem;
  }
  return null;
}

async function runGit(git: string, folder: string, args: readonly string[]): Promise<string | null> {
  // Nothing of the person's: no hooks, templates or signing; and no GIT_DIR that would lead elsewhere.
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
  const child = Bun.spawn([git, ...args], {
    cwd: folder,
    env,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    timeout: GIT_MS,
  });
  const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
  return code === 0 ? null : `git ${args.join(' ')}: ${stderr.trim().slice(0, 500) || `exit ${code}`}`;
}
