import { afterAll, beforeAll, expect, test } from 'bun:test';
import { OutsideSession } from '@agor/protocol';
import { type AnthropicStandIn, startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, messagesIn, World } from '../world/index.ts';

/** The first read of the CLI's 0.4 GB may take many seconds. */
const LIMIT_MS = 120_000;

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic();
}, 300_000);
afterAll(() => standIn.close());

test(
  'a conversation that Claude Code had outside agor is listed, imported once, and goes on where it ended',
  async () => {
    await using world = new World({ name: 'import', env: claudeEnv(standIn.url) });
    const work = world.folder('work');
    const bare = Bun.spawn([await claudeCli(), '-p', 'run: echo said outside of agor', '--allowedTools', 'Bash'], {
      cwd: work,
      env: { ...world.env, ...claudeEnv(standIn.url) },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    expect(await new Response(bare.stdout).text()).toContain('It printed: said outside of agor');
    await bare.exited;

    const list = async () => {
      const { stdout } = await world.agor('sessions', 'outside', 'claude', '--json');
      return stdout
        .trim()
        .split('\n')
        .map((line) => OutsideSession.parse(JSON.parse(line)));
    };
    const [found, ...others] = await list();
    expect(others).toEqual([]);
    expect(found).toMatchObject({ cwd: work, title: 'run: echo said outside of agor', importedAs: null });

    const id = found?.providerSessionId ?? '';
    const imported = (await world.agor('sessions', 'import', 'claude', id)).stdout.trim();
    expect((await world.agor('sessions', 'import', 'claude', id)).stdout.trim()).toBe(imported);
    expect((await list())[0]?.importedAs).toBe(imported as never);
    const before = messagesIn((await world.agor('logs', imported, '--json')).stdout);
    expect(before.map(({ type }) => type)).toEqual(['prompt', 'tool_call', 'tool_result', 'text']);

    const { stdout, exitCode } = await world.agor('run', '--resume', imported, '--json', 'hello from agor');
    expect(exitCode).toBe(0);
    expect(messagesIn(stdout).filter(({ type }) => type === 'text')).toMatchObject([
      { content: { text: 'Hello. I am a scripted answer.' } },
    ]);
    expect(JSON.stringify(standIn.requests.at(-1)?.body?.messages)).toContain('said outside of agor');
  },
  LIMIT_MS,
);
