import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SessionId } from '@agor/protocol';
import { providers } from '@agor/providers';
import { processesWithEnv, processRef } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import type { Started, Tried } from './agents.ts';
import { ConfinedAgent, git, type Ran } from './confined-agent.ts';

const LIMIT_MS = 60_000;
const SECRET = 'PRIVATE KEY of Ann';

/** An agent that tries to get out at each rule of the sandbox, and fails. */
export function testAttempts({ provider, start }: Tried): void {
  let started: Started;
  let confined: ConfinedAgent;
  let neighbour: Bun.Subprocess;
  let server: Bun.Server<undefined>;
  const run = (command: string): Promise<Ran> => confined.run(command);
  /** Guards that name a file or folder which the project does not have. */
  const guards = [
    ...new Set(
      providers
        .flatMap((family) => [family, ...(family.variants?.(undefined) ?? [])])
        .flatMap((one) => one.sandbox?.projectGuards ?? []),
    ),
  ];

  beforeAll(async () => {
    neighbour = Bun.spawn(['sleep', '600'], { stdio: ['ignore', 'ignore', 'ignore'] });
    server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('reached') });
    started = await start();
    confined = await ConfinedAgent.start(started.agent, (_cwd, world) => {
      mkdirSync(join(world.env.HOME as string, '.ssh'), { mode: 0o700 });
      writeFileSync(join(world.env.HOME as string, '.ssh', 'id_ed25519'), SECRET, { mode: 0o600 });
      mkdirSync(join(world.env.HOME as string, '.claude'));
      writeFileSync(join(world.folder('other-project'), 'secret.txt'), SECRET);
    });
  }, LIMIT_MS);
  afterAll(async () => {
    neighbour.kill('SIGKILL');
    await server.stop(true);
    await confined[Symbol.asyncDispose]();
    await started.close();
  }, LIMIT_MS);

  test(
    `${provider}: its sandbox is on, with every rule, and says what it allows`,
    async () => {
      const { sessionId, output } = await run('pwd; echo "$TMPDIR"; env');
      using connection = await confined.world.connect();
      const { state } = await connection.client.session.get({ sessionId: SessionId.parse(sessionId) });
      expect(state.sandbox).toMatchObject({ state: 'on', bubblewrap: true });
      expect(state.sandbox?.rules.filter((rule) => !rule.enforced)).toEqual([]);
      expect(state.sandbox?.write).toContain(confined.cwd);
      expect(output.split('\n')[0]).toBe(confined.cwd);
      expect(output.split('\n')[1]).toMatch(/^\/tmp\/agor-s-\w+\/s$/);
      expect(output).not.toContain('SSH_AUTH_SOCK');
    },
    LIMIT_MS,
  );

  test(
    `${provider}: it can't write outside of its project`,
    async () => {
      const { world } = confined;
      const outside = world.folder('outside');
      const home = world.env.HOME as string;
      const { output } = await run(
        `echo x > ${outside}/a; echo x > ~/a; echo x > ../a; echo x > /usr/a; ln -s ${outside} way; echo x > way/b; echo inside > inside.txt; cat inside.txt`,
      );
      for (const path of [join(outside, 'a'), join(outside, 'b'), join(home, 'a'), join(world.root, 'a'), '/usr/a'])
        expect(existsSync(path)).toBe(false);
      expect(output).toContain('inside');
      expect(readFileSync(join(confined.cwd, 'inside.txt'), 'utf8')).toBe('inside\n');
    },
    LIMIT_MS,
  );

  test(
    `${provider}: it can't read keys, other projects, agor's token, secret, data or settings`,
    async () => {
      const { paths, root } = confined.world;
      const { output } = await run(
        `cat ~/.ssh/id_ed25519 ${root}/other-project/secret.txt; ls ${root}/other-project ~/.ssh; cat ${paths.tokenFile} ${paths.machineSecretFile} ${paths.hubInfoFile} ${paths.groupsFile}; ls ${paths.dataDir} ${paths.configDir}; cat /etc/shadow; cat /proc/${confined.world.serving.info.pid}/environ`,
      );
      expect(output).not.toContain(SECRET);
      expect(output).not.toContain(confined.world.serving.info.token);
      expect(output).not.toContain(readFileSync(paths.machineSecretFile, 'utf8').trim());
      expect(output).not.toMatch(/sessions\.db|root:|AGOR_WORLD/);
    },
    LIMIT_MS,
  );

  test(
    `${provider}: it connects only to the ports that its project allows`,
    async () => {
      const { port } = server;
      const connect = `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3' 2>&1`;
      expect((await run(connect)).output).toContain('Permission denied');
      expect(
        (await run(`bash -c 'exec 3<>/dev/tcp/127.0.0.1/${confined.world.serving.info.url.split(':')[2]}' 2>&1`))
          .output,
      ).toContain('Permission denied');
      await confined.change({ sandboxPorts: [String(port)] });
      expect((await run(connect)).output).toContain('reached');
      await confined.change({ sandboxPorts: null });
    },
    LIMIT_MS,
  );

  test(
    `${provider}: it can't signal a neighbour, its machine or its hub`,
    async () => {
      const { world } = confined;
      const pids = [neighbour.pid, world.machinePid, world.serving.info.pid];
      const { output } = await run(pids.map((pid) => `kill -9 ${pid} 2>&1`).join('; '));
      expect(output.match(/not permitted/g)).toHaveLength(pids.length);
      for (const pid of pids) expect(processRef(pid as number)).not.toBeNull();
    },
    LIMIT_MS,
  );

  test(
    `${provider}: it reaches its own socket, and neither agor's control socket nor any other`,
    async () => {
      const { paths } = confined.world;
      const other = join(confined.world.root, 'other.sock');
      const daemon = Bun.listen({ unix: other, socket: { data: () => undefined } });
      const listens = `require("net").createServer().listen("\\0${other}", () => console.log("listens"))`;
      const abstract = Bun.spawn(['node', '-e', listens], { stdio: ['ignore', 'pipe', 'inherit'] });
      await abstract.stdout.getReader().read();
      const script = `const net=require("net");for(const p of [process.env.AGOR_SOCKET,${[paths.controlSocket, paths.ptySocket, other].map((path) => JSON.stringify(path)).join(',')},"\\0${other}"]){const s=net.connect(p);s.on("connect",()=>{console.log("open "+p.replace("\\0","@"));s.end()});s.on("error",(e)=>console.log(e.code+" "+p.replace("\\0","@")))}`;
      writeFileSync(join(confined.cwd, 'connect.cjs'), script);
      const { output } = await run('node connect.cjs');
      daemon.stop(true);
      abstract.kill();
      const open = output.split('\n').filter((line) => line.startsWith('open'));
      expect(open).toEqual([`open ${paths.agentSocket}`]);
      expect(output).toContain('EPERM @');
    },
    LIMIT_MS,
  );

  test(
    `${provider}: it can't plant orders for a vendor's program, neither in the project nor at home`,
    async () => {
      const { world, cwd } = confined;
      const home = world.env.HOME as string;
      expect(guards.length).toBeGreaterThan(0);
      const plant = guards.map((guard) => {
        const path = guard.replace(/\/$/, '');
        return `mkdir -p ${dirname(path)} && { echo '{}' > ${path} || { mkdir -p ${path}; echo '{}' > ${path}/settings.json; }; }; mv ${path.split('/')[0]} away-${path.split('/')[0]}`;
      });
      const { sessionId, output } = await run(
        `${plant.join('; ')}; echo '{}' > ~/.claude/settings.json; mkdir -p ~/.codex; echo x > ~/.codex/config.toml; echo done`,
      );
      expect(output).toContain('done');
      await confined.stop(sessionId);
      await until('what was planted is gone', () => guards.every((guard) => isHarmless(join(cwd, guard))));
      expect(existsSync(join(home, '.claude', 'settings.json'))).toBe(false);
      // Where a neighbour's run still has it guarded, something empty stands there.
      await until('no settings are left', () => isEmptyOrGone(join(home, '.codex', 'config.toml')));
    },
    LIMIT_MS,
  );

  test(
    `${provider}: it can't plant a git hook or settings, nor put another repository in the place of this one`,
    async () => {
      const { cwd } = confined;
      const config = readFileSync(join(cwd, '.git', 'config'), 'utf8');
      const hooks = git(cwd, 'rev-parse', '--git-path', 'hooks').trim();
      const { output } = await run(
        [
          'echo "#!/bin/sh" > .git/hooks/pre-commit',
          'git config core.hooksPath evil',
          'git config --worktree core.fsmonitor evil',
          'echo "[core]" >> .git/config',
          'mv .git/hooks .git/hooks2',
          'mv .git .git2',
          'find .git/hooks -delete; unlink .git/config',
          'umount .git/hooks',
          'test -d .git && echo repository',
        ].join('; '),
      );
      expect(output).toContain('repository');
      expect(existsSync(join(cwd, hooks, 'pre-commit'))).toBe(false);
      expect(existsSync(join(cwd, '.git2'))).toBe(false);
      expect(readFileSync(join(cwd, '.git', 'config'), 'utf8')).toBe(config);
    },
    LIMIT_MS,
  );

  test(
    `${provider}: what it forks away stays confined, and is ended with it`,
    async () => {
      const { world } = confined;
      const late = join(world.folder('late'), 'x');
      const name = `agor-stray-${crypto.randomUUID().slice(0, 8)}`;
      const { sessionId } = await run(
        [
          `cp ${Bun.which('sleep')} ./${name}`,
          'exec > /dev/null 2>&1',
          `setsid -f env -i sh -c ': > away1; exec ./${name} 600'`,
          `setsid sh -c '(setsid sh -c ": > away2; exec ./${name} 601" &)'`,
          `setsid -f env -i sh -c 'echo x > ${late}; : > away3; exec ./${name} 602'`,
          // Some agents end the group of a command with it: not before each has left it.
          'while ! [ -e away1 -a -e away2 -a -e away3 ]; do :; done',
        ].join('; '),
      );
      const strays = () =>
        Bun.spawnSync(['pgrep', '-f', `${name} 60`])
          .stdout.toString()
          .trim();
      await until('all three run', () => strays().split('\n').length === 3);
      await confined.stop(sessionId);
      await until('nothing of it lives', () => strays() === '');
      expect(existsSync(late)).toBe(false);
      expect(processesWithEnv('AGOR_SESSION', sessionId)).toEqual([]);
    },
    LIMIT_MS,
  );
}

/** Nothing there, or an empty folder that keeps the place while another session runs. */
function isEmptyOrGone(path: string): boolean {
  return (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

function isHarmless(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined || (stat.isDirectory() && !existsSync(join(path, 'settings.json')));
}
