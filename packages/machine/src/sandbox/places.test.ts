import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@agor/runtime/testing';
import { bubblewrapArguments } from './bubblewrap.ts';
import { insideEnvironment, privateEnvironment } from './environment.ts';
import { dangerousKeys } from './git-config.ts';
import { findRepository, gitPlaces } from './git-places.ts';
import { guardPlaces } from './guards.ts';
import { vendorFolders } from './own-folders.ts';
import { sandboxPolicy } from './policy.ts';
import { allowedPorts } from './ports.ts';
import { RealPaths } from './real-path.ts';

const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };

function git(cwd: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always'];
  const { exitCode, stderr } = Bun.spawnSync(['git', ...identity, ...args], { cwd, env });
  if (exitCode !== 0) throw new Error(stderr.toString());
}

function repository(path: string): string {
  mkdirSync(path, { recursive: true });
  git(path, 'init', '--quiet');
  git(path, 'commit', '--quiet', '--allow-empty', '--message', 'One');
  return path;
}

test('of a repository its hooks, settings, worktrees and submodules are guarded', async () => {
  using temp = tempDir();
  const sub = repository(join(temp.path, 'sub'));
  const main = repository(join(temp.path, 'main'));
  git(main, 'submodule', '--quiet', 'add', sub, 'lib/sub');
  git(main, 'worktree', 'add', '--quiet', join(temp.path, 'tree'));
  git(main, 'config', 'core.hooksPath', 'own-hooks');
  writeFileSync(join(temp.path, 'included'), '[user]\n name = b\n');
  git(main, 'config', 'include.path', join(temp.path, 'included'));
  const { guard, write, missingFiles } = await gitPlaces(main, '/nonexistent', env);
  const dir = join(main, '.git');
  for (const name of ['hooks', 'config', 'modules/lib/sub/hooks', 'modules/lib/sub/config', 'worktrees/tree/commondir'])
    expect(guard).toContain(join(dir, name));
  expect(guard).toContain(join(main, 'own-hooks'));
  expect(guard).toContain(join(temp.path, 'included'));
  expect(guard).toContain(join(temp.path, 'tree', '.git'));
  expect(write).toContain(join(temp.path, 'tree'));
  expect(missingFiles).toContain(join(dir, 'commondir'));
});

test('a worktree writes the repository it belongs to, and its pointer is guarded', async () => {
  using temp = tempDir();
  const main = repository(join(temp.path, 'main'));
  const tree = join(temp.path, 'tree');
  git(main, 'worktree', 'add', '--quiet', tree);
  const { write, guard } = await gitPlaces(tree, '/nonexistent', env);
  expect(write).toEqual([join(main, '.git', 'worktrees', 'tree'), join(main, '.git')]);
  expect(guard).toContain(join(tree, '.git'));
  expect(guard).toContain(join(main, '.git', 'hooks'));
});

test('a project that is a part of a repository sees it whole; a home folder in git is not shown for that', async () => {
  using temp = tempDir();
  const main = repository(join(temp.path, 'home'));
  const part = join(main, 'part');
  mkdirSync(part);
  expect((await gitPlaces(part, '/nonexistent', env)).read).toContain(main);
  expect((await gitPlaces(part, main, env)).write).toEqual([]);
  expect(findRepository('/')).toBeNull();
});

test('a folder without a repository is looked at for one when the run has ended', async () => {
  using temp = tempDir();
  expect((await gitPlaces(temp.path, '/nonexistent', env)).missingFiles).toEqual([join(temp.path, '.git')]);
});

test('settings that make git run something are told from those that only describe a repository', async () => {
  using temp = tempDir();
  const file = join(temp.path, 'config');
  writeFileSync(file, '[core]\n bare = false\n[remote "origin"]\n url = x\n[branch "main"]\n merge = y\n');
  expect(await dangerousKeys(file)).toEqual([]);
  writeFileSync(file, '[core]\n fsmonitor = x\n[alias]\n st = !evil\n[include]\n path = z\n');
  expect(await dangerousKeys(file)).toEqual(['core.fsmonitor', 'alias.st', 'include.path']);
  writeFileSync(file, 'not a config');
  expect(await dangerousKeys(file)).toBeNull();
});

test('guards: what is there is guarded, a missing folder gets a place holder, a missing file is looked at afterwards', () => {
  using temp = tempDir();
  const at = (name: string): string => join(temp.path, name);
  mkdirSync(at('.claude'));
  writeFileSync(at('.mcp.json'), '{}');
  mkdirSync(at('real'));
  symlinkSync('real', at('.cursor'));
  const found = guardPlaces(temp.path, [
    '.claude/settings.json',
    '.mcp.json',
    '.codex',
    '.gemini/settings.json',
    'opencode.json',
    '.cursorrules',
    '.cursor',
    '../escape',
  ]);
  expect(found.guard).toEqual([at('.claude'), at('.mcp.json'), at('.cursor')]);
  expect(found.missingFolders).toEqual([at('.codex'), at('.gemini')]);
  expect(found.watch).toEqual([at('opencode.json'), at('.cursorrules'), at('.cursor'), at('escape')]);
});

test('the environment loses what leads outside and gains places of its own', () => {
  const inside = insideEnvironment({
    PATH: '/bin',
    SSH_AUTH_SOCK: 's',
    DBUS_SESSION_BUS_ADDRESS: 'd',
    DISPLAY: ':0',
    WAYLAND_DISPLAY: 'w',
    DOCKER_HOST: 'd',
    TMUX: 't',
    GPG_AGENT_INFO: 'g',
    XDG_RUNTIME_DIR: 'x',
    VSCODE_GIT_IPC_HANDLE: 'v',
    ANTHROPIC_API_KEY: 'k',
    AGOR_SOCKET: 'a',
  });
  expect(Object.keys(inside)).toEqual(['PATH', 'ANTHROPIC_API_KEY', 'AGOR_SOCKET']);
  const own = privateEnvironment(inside, { tmp: '/t', cache: '/c', home: '/h' }, () => true);
  expect(own).toMatchObject({ TMPDIR: '/t', XDG_CACHE_HOME: '/c/xdg', npm_config_cache: '/c/npm', GOPATH: '/c/go' });
  expect(own.PLAYWRIGHT_BROWSERS_PATH).toBe('/h/.cache/ms-playwright');
});

test('ports: the provider’s, those of proxies on the way, DNS, and the project’s ranges', () => {
  const proxies = { HTTPS_PROXY: 'http://proxy:3128', no_proxy: 'x', PROXY_NOTE: 'http://x:1' };
  expect(allowedPorts([443, 443], ['3000-3010', '8080'], proxies)).toEqual([
    [53, 53],
    [443, 443],
    [3128, 3128],
    [3000, 3010],
    [8080, 8080],
  ]);
});

test('links on the way to what is shown are remembered; a loop and what is not there lead nowhere', () => {
  using temp = tempDir();
  const at = (name: string): string => join(temp.path, name);
  mkdirSync(at('real/node_modules/tool/bin'), { recursive: true });
  writeFileSync(at('real/node_modules/tool/bin/tool'), '');
  symlinkSync('real', at('link'));
  symlinkSync('loop', at('loop'));
  const real = new RealPaths();
  expect(real.of(at('link/node_modules'))).toBe(at('real/node_modules'));
  expect(real.links.get(at('link'))).toBe('real');
  expect(real.of(at('loop'))).toBeNull();
  expect(real.of(at('nothing/at/all'))).toBeNull();
  expect(vendorFolders([at('link/node_modules/tool/bin/tool'), '--flag'], real)).toContain(at('real/node_modules'));
});

test('mounts: a folder comes before what lies in it, and is closed last', () => {
  using temp = tempDir();
  const project = join(temp.path, 'project');
  mkdirSync(join(project, 'secret'), { recursive: true });
  const policy = sandboxPolicy({
    system: ['/usr'],
    secrets: [join(project, 'secret')],
    allowedRead: [],
    allowedWrite: [],
    sealed: [],
    ownRead: [],
    ownWrite: [project],
    guards: [join(project, '.git/hooks')],
  });
  const links = new Map([
    ['/bin', 'usr/bin'],
    ['/usr/lib64', 'lib'],
  ]);
  const plan = { policy, links, pinned: [join(project, '.git')], files: [], sharedTmp: null, cwd: project };
  const text = bubblewrapArguments(plan).join(' ');
  const order = [
    '--symlink usr/bin /bin',
    `--bind-try ${project} `,
    `--bind-try ${project}/.git `,
    `--ro-bind-try ${project}/.git/hooks`,
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(text).not.toContain('/usr/lib64');
  expect(text).toContain(`--tmpfs ${project}/secret`);
  expect(text).toEndWith(`--remount-ro / --remount-ro ${project}/secret --chdir ${project}`);
});
