import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@agor/runtime/testing';
import type { Started, Tried } from './agents.ts';
import { ConfinedAgent, git } from './confined-agent.ts';

const LIMIT_MS = 60_000;

/** The work that goes on inside of the sandbox. */
export function testWork({ provider, start }: Tried): void {
  let started: Started;
  let confined: ConfinedAgent;
  beforeAll(async () => {
    started = await start();
    confined = await ConfinedAgent.start(started.agent, (cwd) => {
      mkdirSync(join(cwd, 'lib'));
      writeFileSync(join(cwd, 'lib', 'package.json'), '{"name":"lib","version":"1.0.0","main":"index.js"}');
      writeFileSync(join(cwd, 'lib', 'index.js'), 'module.exports = 42;\n');
      writeFileSync(
        join(cwd, 'package.json'),
        '{"name":"work","version":"1.0.0","dependencies":{"lib":"file:./lib"},"scripts":{"test":"node --test node.test.cjs"}}',
      );
      const body = 'test("the answer", () => { if (require("lib") !== 42) throw new Error("no"); });\n';
      writeFileSync(join(cwd, 'node.test.cjs'), `const { test } = require("node:test");\n${body}`);
      writeFileSync(
        join(cwd, 'bun.test.ts'),
        'import { expect, test } from "bun:test";\ntest("one", () => { expect(1).toBe(1); });\n',
      );
      git(cwd, 'add', '--all');
      git(cwd, 'commit', '--quiet', '--message', 'A package');
    });
  }, LIMIT_MS);
  afterAll(async () => {
    await confined[Symbol.asyncDispose]();
    await started.close();
  }, LIMIT_MS);

  test(
    `${provider}: git works in the sandbox: commit, branch, merge, worktree, stash, log`,
    async () => {
      const { cwd } = confined;
      const { output } = await confined.run(
        [
          'set -e',
          'echo change >> README.md',
          'git add README.md',
          'git commit --quiet --message Change',
          'git switch --quiet --create feature',
          'echo more > more.txt',
          'git add more.txt',
          'git commit --quiet --message More',
          'git switch --quiet main',
          'git merge --quiet --no-edit feature',
          'echo dirty >> README.md && git stash --quiet && git stash pop --quiet && git checkout --quiet README.md',
          'git worktree add --quiet trees/one feature',
          'cd trees/one && echo tree > tree.txt && git add tree.txt && git commit --quiet --message Tree && cd ../..',
          'git gc --quiet',
          'git status --short',
          'git log --oneline | wc -l',
        ].join('; '),
      );
      expect(output.trim().split('\n').at(-1)?.trim()).toBe('4');
      expect(git(cwd, 'log', '--format=%s', 'feature').split('\n')[0]).toBe('Tree');
      expect(git(cwd, 'fsck').trim()).not.toContain('error');
    },
    LIMIT_MS,
  );

  test(
    `${provider}: package managers, test runners and scripts work in the sandbox`,
    async () => {
      const { output } = await confined.run(
        [
          'npm install --no-audit --no-fund --offline && echo npm-installed',
          'npm test && echo npm-tested',
          `${JSON.stringify(process.execPath)} test ./bun.test.ts && echo bun-tested`,
          "python3 -c \"import tempfile,multiprocessing,subprocess; multiprocessing.Lock(); print(tempfile.mkdtemp()); subprocess.run(['true'],check=True); print('python-ran')\"",
          'python3 -m venv --without-pip .venv && .venv/bin/python -c "print(\'venv-ran\')"',
          'mktemp && echo made-temp',
          'echo "int main(){return 0;}" > a.c && (command -v cc >/dev/null && cc a.c -o a.out && ./a.out); echo compiled',
        ].join('; '),
      );
      for (const word of [
        'npm-installed',
        'npm-tested',
        'bun-tested',
        'python-ran',
        'venv-ran',
        'made-temp',
        'compiled',
      ])
        expect(output).toContain(word);
    },
    LIMIT_MS,
  );

  test(
    `${provider}: an agent in a worktree commits there, and can't plant a hook from there`,
    async () => {
      const { cwd, world } = confined;
      const tree = join(world.root, 'tree');
      git(cwd, 'worktree', 'add', '--quiet', '-b', 'apart', tree);
      const other = await confined.another(tree);
      const { output } = await other.run(
        `echo apart > apart.txt && git add apart.txt && git commit --quiet --message Apart && echo committed; echo x > ${cwd}/.git/hooks/pre-commit; echo x > ${cwd}/x; echo "gitdir: /tmp" > .git; git config core.hooksPath evil; echo done`,
      );
      expect(output).toContain('committed');
      expect(git(cwd, 'log', '-1', '--format=%s', 'apart').trim()).toBe('Apart');
      expect(existsSync(join(cwd, '.git', 'hooks', 'pre-commit'))).toBe(false);
      expect(existsSync(join(cwd, 'x'))).toBe(false);
      expect(readFileSync(join(tree, '.git'), 'utf8')).toContain(cwd);
    },
    LIMIT_MS,
  );

  test(
    `${provider}: of two projects, one in the other, each agent works in its own`,
    async () => {
      const { cwd } = confined;
      const inner = join(cwd, 'lib');
      const { output } = await (await confined.another(inner)).run(
        'echo x > inside.txt; echo x > ../outside.txt; cat ../package.json | head -1; cd .. && git status --short lib',
      );
      expect(existsSync(join(inner, 'inside.txt'))).toBe(true);
      expect(existsSync(join(cwd, 'outside.txt'))).toBe(false);
      expect(output).toContain('?? lib/inside.txt');
      await confined.run('echo y >> lib/inside.txt');
      expect(readFileSync(join(inner, 'inside.txt'), 'utf8')).toBe('x\ny\n');
    },
    LIMIT_MS,
  );

  test(
    `${provider}: a repository that it makes keeps its history and loses what it planted in it; its temp folder goes with it`,
    async () => {
      const { world } = confined;
      const plain = world.folder('plain');
      const other = await confined.another(plain);
      const { sessionId, output } = await other.run(
        'git init --quiet . && git config user.name A && git config user.email a@b && echo x > x && git add x && git commit --quiet --message One && echo "#!/bin/sh" > .git/hooks/pre-commit && git config core.fsmonitor ./evil; echo tmp=$TMPDIR',
      );
      const tmp = /tmp=(.*)/.exec(output)?.[1] as string;
      await confined.stop(sessionId);
      await until('the temp folder is gone', () => !existsSync(tmp));
      await until('the hook is moved aside', () => !existsSync(join(plain, '.git', 'hooks', 'pre-commit')));
      await until('so are the settings', () => !existsSync(join(plain, '.git', 'config')));
      expect(git(plain, 'log', '--format=%s').trim()).toBe('One');
      const moved = readdirSync(join(world.paths.dataDir, 'quarantine')).map((name) => name.replace(/\.\w+$/, ''));
      expect(moved.sort()).toEqual(['config', 'pre-commit']);
      const told = (await world.messages(sessionId)).filter((message) =>
        JSON.stringify(message).includes('sandbox-planted'),
      );
      expect(told).toHaveLength(2);
    },
    LIMIT_MS,
  );
}
