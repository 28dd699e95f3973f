import { afterEach, beforeEach, expect, test } from 'bun:test';
import { closeSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { newId, RunOptions, type SandboxRequest, SessionId } from '@agor/protocol';
import { type ProviderDefinition, providers } from '@agor/providers';
import { createLogger, ensureDirs, probeSandbox, resolvePaths, type SandboxProbe } from '@agor/runtime';
import { ManualClock, tempDir, until } from '@agor/runtime/testing';
import { git, TestRepository } from '../testing/index.ts';
import { type Confinement, Sandboxes } from './index.ts';

let temp: ReturnType<typeof tempDir>;
let home: string;
let project: string;
beforeEach(() => {
  temp = tempDir();
  home = join(temp.path, 'home');
  project = join(temp.path, 'project');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  mkdirSync(project);
  writeFileSync(join(home, '.ssh', 'id'), 'SECRET');
  writeFileSync(join(home, '.netrc'), 'SECRET');
});
afterEach(() => temp[Symbol.dispose]());

const demo = providers.find(({ id }) => id === 'demo') as ProviderDefinition;

/** Stands still: a start counts until it is over. */
const clock = new ManualClock();

function sandboxes(probe?: Partial<SandboxProbe>): Sandboxes {
  const env = { HOME: home, AGOR_DATA_DIR: join(temp.path, 'data'), AGOR_CONFIG_DIR: join(temp.path, 'config') };
  const paths = resolvePaths(env);
  ensureDirs(paths);
  writeFileSync(paths.tokenFile, 'SECRET');
  return new Sandboxes({
    paths,
    log: createLogger({ name: 'test', file: join(temp.path, 'log') }),
    providers: [{ ...demo, sandbox: { projectGuards: ['.vendor', 'vendor.json'] } }],
    agentSocket: () => paths.agentSocket,
    bin: join(home, 'agor', 'bin'),
    clock,
    ...(probe ? { probe: async () => ({ ...(await probeSandbox()), ...probe }) } : {}),
  });
}

interface Try {
  readonly sandbox?: Partial<SandboxRequest>;
  readonly provider?: ProviderDefinition;
  readonly cwd?: string;
}

function confine(from: Sandboxes, script: string, { sandbox, provider = demo, cwd = project }: Try = {}) {
  return from.confine({
    sessionId: newId(SessionId),
    provider,
    options: RunOptions.parse({ cwd, sandbox: { enabled: true, ...sandbox } }),
    env: { HOME: home, PATH: process.env.PATH ?? '' },
    command: ['/bin/sh', '-c', script],
  });
}

function start({ command, env, descriptors }: Confinement, cwd = project) {
  const child = Bun.spawn([...command], { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe', ...descriptors] });
  for (const descriptor of descriptors) closeSync(descriptor);
  return child;
}

async function run(from: Sandboxes, script: string, options: Try = {}) {
  const confinement = await confine(from, `{ ${script}; } 2>&1`, options);
  const child = start(confinement, options.cwd);
  const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const exitCode = await child.exited;
  return { output: output + errors, exitCode, status: confinement.status, planted: await confinement.release() };
}

const tryToEscape = () =>
  `echo x > ${home}/a; echo x > ${temp.path}/b; cat ~/.ssh/id ~/.netrc; cat ${temp.path}/data/token; ls ${home}; echo in > in.txt; echo ran`;

function nothingEscaped(output: string): void {
  expect(existsSync(join(home, 'a'))).toBe(false);
  expect(existsSync(join(temp.path, 'b'))).toBe(false);
  expect(output).not.toContain('SECRET');
  expect(output).toContain('ran');
  expect(readFileSync(join(project, 'in.txt'), 'utf8')).toBe('in\n');
}

test('with both layers every rule holds', async () => {
  const { output, status } = await run(sandboxes(), tryToEscape());
  nothingEscaped(output);
  expect(status).toMatchObject({ state: 'on', bubblewrap: true });
});

test('Landlock alone keeps an agent in, and says what it does not hold', async () => {
  const { output, status } = await run(sandboxes({ bubblewrap: null, bubblewrapProblem: 'gone' }), tryToEscape());
  nothingEscaped(output);
  expect(status.state).toBe('partial');
  expect(status.rules.filter(({ enforced }) => !enforced).map(({ rule }) => rule)).toEqual([
    'pathSockets',
    'gitGuard',
    'vendorGuard',
  ]);
});

test('bubblewrap alone keeps an agent in, and says what it does not hold', async () => {
  const { output, status } = await run(sandboxes({ landlockAbi: null }), tryToEscape());
  nothingEscaped(output);
  expect(status.state).toBe('partial');
  expect(status.rules.filter(({ enforced }) => !enforced).map(({ rule }) => rule)).toEqual([
    'network',
    'signals',
    'abstractSockets',
  ]);
});

test('without either the runner runs as it is, and the status says so', async () => {
  const nothing = sandboxes({ landlockAbi: null, bubblewrap: null, bubblewrapProblem: 'gone' });
  const { status, confined, command } = await confine(nothing, 'true');
  expect([status.state, confined, command[0]]).toEqual(['none', false, '/bin/sh']);
  const provider = { ...demo, sandbox: { vendor: 'its commands' } };
  expect((await confine(nothing, 'true', { provider })).status.state).toBe('vendor');
});

test('who did not ask for a sandbox gets none, and nothing is looked at', async () => {
  const { status, confined, env } = await confine(sandboxes(), 'true', { sandbox: { enabled: false } });
  expect([status.state, confined, env.TMPDIR]).toEqual(['off', false, undefined]);
});

test('a launcher that can not do what it is ordered starts nothing', async () => {
  const { output, exitCode } = await run(sandboxes({ landlockAbi: 99, bubblewrap: null }), 'echo ran');
  // The rights of a version that does not exist yet are those of the newest that we know: an older kernel would refuse them.
  expect([output.trim(), exitCode]).toEqual(['ran', 0]);
  const confinement = await confine(sandboxes({ bubblewrap: null }), 'echo ran');
  for (const descriptor of confinement.descriptors) closeSync(descriptor);
  const child = start({ ...confinement, descriptors: [] });
  expect(await child.exited).toBe(126);
  expect(await new Response(child.stdout).text()).toBe('');
  expect(await new Response(child.stderr).text()).toContain('the agent was not started');
  await confinement.release();
});

test('what the project allows besides is reached, agor’s own folders never', async () => {
  const data = join(temp.path, 'data');
  mkdirSync(join(temp.path, 'shared'));
  writeFileSync(join(temp.path, 'shared', 'a'), 'shared-content');
  const paths = [
    { path: join(temp.path, 'shared'), access: 'read' as const },
    { path: data, access: 'write' as const },
  ];
  const { output } = await run(
    sandboxes(),
    `cat ${temp.path}/shared/a; echo x > ${temp.path}/shared/b; cat ${data}/token`,
    { sandbox: { paths } },
  );
  expect(output).toContain('shared-content');
  expect(output).toContain('Read-only');
  expect(output).not.toContain('SECRET');
});

test('home as the project: keys stay hidden, and the folders of what is hidden can not be renamed away', async () => {
  const { output } = await run(sandboxes(), 'cat .ssh/id .netrc; mv .ssh s; echo x > new && cat new', { cwd: home });
  expect(output).not.toContain('SECRET');
  expect(existsSync(join(home, '.ssh', 'id'))).toBe(true);
  expect(readFileSync(join(home, 'new'), 'utf8')).toBe('x\n');
});

test('a place holder stands as long as any run needs it; its temp folder goes with each run', async () => {
  const from = sandboxes();
  const holder = join(project, '.vendor');
  const first = await confine(from, 'true');
  const second = await confine(from, `echo x > .vendor/x; mv .vendor v; ls -d .vendor`);
  expect(existsSync(holder)).toBe(true);
  second.started();
  await start(first).exited;
  await first.release();
  expect(existsSync(first.env.TMPDIR as string)).toBe(false);
  expect(existsSync(holder)).toBe(true);
  const child = start(second);
  expect(await new Response(child.stdout).text()).toBe('.vendor\n');
  await child.exited;
  await second.release();
  expect(existsSync(holder)).toBe(false);
  expect(readdirSync(project)).toEqual([]);
});

test('what a run left behind is not taken away while another start relies on it, and none starts meanwhile', async () => {
  const from = sandboxes();
  const first = await confine(from, 'echo evil > vendor.json');
  first.started();
  await start(first).exited;
  // It finds the file, and makes it one that can only be read.
  const second = await confine(from, 'cat vendor.json');
  const cleared = first.release();
  const third = confine(from, 'ls');
  const child = start(second);
  expect(await new Response(child.stdout).text()).toBe('evil\n');
  second.started();
  expect(await cleared).toMatchObject([{ path: join(project, 'vendor.json') }]);
  const next = await third;
  const after = start(next);
  expect(await new Response(after.stdout).text()).toBe('');
  expect([await child.exited, await after.exited]).toEqual([0, 0]);
  next.started();
  await second.release();
  await next.release();
});

test('a start whose end nobody tells holds up what has ended for three seconds', async () => {
  const from = sandboxes();
  const first = await confine(from, 'true');
  const hangs = await confine(from, 'true');
  let isCleared = false;
  const cleared = first.release().then(() => {
    isCleared = true;
  });
  clock.advance(2_999);
  await Bun.sleep(0);
  expect(isCleared).toBe(false);
  clock.advance(1);
  await cleared;
  await hangs.release();
});

test('a file for a vendor’s program that appears during a run is moved aside; one that was there is only read', async () => {
  const { planted } = await run(sandboxes(), `echo evil > vendor.json`);
  expect(planted).toMatchObject([{ path: join(project, 'vendor.json') }]);
  expect(readFileSync(planted[0]?.movedTo as string, 'utf8')).toBe('evil\n');
  writeFileSync(join(project, 'vendor.json'), 'mine');
  const again = await run(sandboxes(), `echo evil > vendor.json; rm -f vendor.json; mv vendor.json x`);
  expect(again.planted).toEqual([]);
  expect(readFileSync(join(project, 'vendor.json'), 'utf8')).toBe('mine');
});

test('a repository that is made below the project loses its hooks; one that was there keeps them, and they are only read', async () => {
  const init = (at: string) => Bun.spawnSync(['git', 'init', '--quiet', at]);
  init(join(project, 'old'));
  writeFileSync(join(project, 'old', '.git', 'hooks', 'pre-push'), 'mine');
  const { planted } = await run(
    sandboxes(),
    'echo evil > old/.git/hooks/pre-push; mv old o; git init --quiet a/new; echo evil > a/new/.git/hooks/pre-commit; echo "gitdir: /nowhere" > old/x; mkdir p; git init --quiet --bare evil; git -C evil config core.fsmonitor ./x; echo "gitdir: ../evil" > p/.git; git -C old -c user.name=a -c user.email=b commit -q --allow-empty -m x; git -C old worktree add -q ../tree',
  );
  expect(existsSync(join(project, 'tree', '.git'))).toBe(true);
  expect(planted.map(({ path }) => path).sort()).toEqual([
    join(project, 'a/new/.git/hooks/pre-commit'),
    join(project, 'p/.git'),
  ]);
  expect(readFileSync(join(project, 'old', '.git', 'hooks', 'pre-push'), 'utf8')).toBe('mine');
});

test('a hard link to the settings of a repository that one run made gives the next run no way to write them', async () => {
  const made = await run(sandboxes(), 'git init --quiet . && ln .git/config mine && git init --quiet a && ln .git/x y');
  expect(made.planted).toEqual([]);
  await run(sandboxes(), 'echo "[core]" >> mine; echo fsmonitor=evil >> mine; ln .git/config again');
  expect(readFileSync(join(project, 'mine'), 'utf8')).toContain('evil');
  expect(readFileSync(join(project, '.git', 'config'), 'utf8')).not.toContain('evil');
  expect(existsSync(join(project, 'again'))).toBe(false);
});

test('an agent in a worktree of its own commits there, and writes neither the main folder nor what git would run or read in it', async () => {
  const main = new TestRepository(project, { 'web/a.txt': 'a\n' });
  const other = join(temp.path, 'data-worktrees', 'other');
  const worktree = join(temp.path, 'data-worktrees', 'one');
  for (const path of [worktree, other]) main.git('worktree', 'add', '--quiet', '-b', `agor/${basename(path)}`, path);
  const dotGit = join(project, '.git');
  const guarded = [
    'config',
    'hooks/post-commit',
    'worktrees/one/gitdir',
    'worktrees/one/config.worktree',
    'HEAD',
    'index',
  ];
  const state = () => [
    ...['config', 'HEAD', 'index', 'worktrees/one/gitdir'].map((name) => readFileSync(join(dotGit, name), 'hex')),
    readFileSync(join(worktree, '.git'), 'utf8'),
    main.git('status', '--porcelain'),
  ];
  const before = state();
  const script = [
    'echo b > b.txt && git add b.txt && git -c user.name=A -c user.email=a@example.org commit --quiet -m b && echo committed',
    `echo x > ${project}/new; echo x > ${project}/web/a.txt; echo x > ${other}/web/a.txt; echo x > ${worktree}/.git`,
    `rm -rf ${project}/web ${other}`,
    ...guarded.map((name) => `{ echo x >> ${dotGit}/${name}; }`),
    'git config core.pager evil; git -c core.hooksPath= switch --quiet --detach; git switch --quiet agor/one',
  ].join('; ');
  for (const cwd of [join(worktree, 'web'), worktree]) {
    const { output, planted } = await run(sandboxes(), script, { cwd });
    expect([cwd, output]).toEqual([cwd, expect.stringContaining('committed')]);
    // What was not there before can't be held, and is taken away afterwards.
    expect(planted.map(({ path }) => path)).toEqual([join(dotGit, 'worktrees', 'one', 'config.worktree')]);
    expect(state()).toEqual(before);
    expect(existsSync(join(dotGit, 'hooks', 'post-commit'))).toBe(false);
    expect(readFileSync(join(other, 'web', 'a.txt'), 'utf8')).toBe('a\n');
  }
  expect(git(worktree, 'log', '--format=%s', 'main..agor/one')).toBe('b\nb');
});

test('after a crash of the machine the next one ends who got away, and puts in order what was left', async () => {
  const confinement = await confine(
    sandboxes(),
    'echo evil > vendor.json; setsid -f env -i sleep 600 >/dev/null 2>&1; exec sleep 600',
  );
  const child = start(confinement);
  await until('it runs and something got away', () => confinement.members().length === 2);
  child.kill('SIGKILL');
  await child.exited;
  // --die-with-parent took the first along; the other has no parent, session, group or mark of ours.
  await until('one is left', () => confinement.members().length === 1);
  const [stray] = confinement.members();
  const found = await sandboxes().reconcile();
  expect(found).toMatchObject([{ planted: [{ path: join(project, 'vendor.json') }] }]);
  await until('it is ended', () => !existsSync(`/proc/${stray}/exe`) || confinement.members().length === 0);
  expect(existsSync(confinement.env.TMPDIR as string)).toBe(false);
  expect(existsSync(join(project, '.vendor'))).toBe(false);
  expect(await sandboxes().reconcile()).toEqual([]);
});

test('the status of a project is told without starting anything or leaving a trace', async () => {
  const status = await sandboxes().status({
    provider: demo,
    env: { HOME: home, PATH: process.env.PATH ?? '' },
    options: RunOptions.parse({
      cwd: project,
      mcpServers: { files: { command: 'files' }, issues: { url: 'http://127.0.0.1:8931/mcp' } },
      sandbox: { enabled: true, ports: ['3000-3010'] },
    }),
    hasFolder: true,
  });
  expect(status).toMatchObject({ state: 'on', ports: ['53', '443', '8931', '3000-3010'] });
  expect(status.write).toContain(project);
  expect(readdirSync(project)).toEqual([]);
});
