import { afterAll, beforeAll, expect, test } from 'bun:test';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandId, newId } from '@agor/protocol';
import { type AnthropicStandIn, startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, World } from '../world/index.ts';

const LIMIT_MS = 180_000;

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic();
}, 300_000);
afterAll(() => standIn.close());

function git(cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.invalid'];
  return execFileSync('git', ['-C', cwd, ...who, ...args], { encoding: 'utf8' }).trim();
}

test(
  'the real Claude works in a worktree of its own, and after its process was ended its conversation goes on there',
  async () => {
    await using world = new World({ name: 'worktree', env: claudeEnv(standIn.url) });
    const work = world.folder('work');
    git(work, 'init', '--quiet', '--initial-branch=main');
    writeFileSync(join(work, 'README.md'), 'A project.\n');
    git(work, 'add', '--all');
    git(work, 'commit', '--quiet', '--message', 'First');
    await world.serve();
    using connection = await world.connect();
    const { client } = connection;
    const { projectId } = await client.groups.addProject({ commandId: newId(CommandId), cwd: work });
    const changes = { permissionMode: 'bypassPermissions', useWorktrees: true, sandboxEnabled: true } as const;
    await client.groups.updateProject({ commandId: newId(CommandId), projectId, changes });

    const run = (...args: string[]) => world.agor('run', '--project', projectId, '--provider', 'claude', ...args);
    expect((await run('write one.txt: first')).exitCode).toBe(0);
    const { sessionId } = await world.session();
    const { state } = await client.session.get({ sessionId });
    expect(state.worktree?.branch).toStartWith('agor/work-');
    expect(readFileSync(join(state.cwd, 'one.txt'), 'utf8')).toBe('first');

    await client.agent.stop({ commandId: newId(CommandId), sessionId });
    expect((await world.agor('run', '--resume', sessionId, 'write two.txt: second')).exitCode).toBe(0);
    expect(readFileSync(join(state.cwd, 'two.txt'), 'utf8')).toBe('second');
    const after = await client.session.get({ sessionId });
    expect(after.state.providerSessionId).toBe(state.providerSessionId);
    expect([existsSync(join(work, 'one.txt')), git(work, 'status', '--porcelain')]).toEqual([false, '']);
    const [listed, ...others] = await client.worktrees.list({ projectId });
    expect([listed?.path, listed?.untracked.paths, others]).toEqual([state.cwd, ['one.txt', 'two.txt'], []]);
  },
  LIMIT_MS,
);
