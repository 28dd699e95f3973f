import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type AnthropicStandIn, BUILT_IN, startAnthropic, text, toolUse, when } from '../standins/anthropic.ts';
import { type ClaudeHome, makeClaudeHome } from '../standins/claude-session.ts';
import { startRunner } from './runner-process.ts';

const LIMIT_MS = 90_000;
const EffortSent = z.object({ output_config: z.object({ effort: z.string() }) });
const SECRET = 'mcp-key-that-nobody-may-see';

let standIn: AnthropicStandIn;
let home: ClaudeHome;

beforeAll(() => {
  const whisper = when(/\bwhisper\b/, [toolUse('mcp__whisperer__whisper', {})], ({ results }) => [
    text(`I heard: ${JSON.stringify(results[0]?.content)}`),
  ]);
  standIn = startAnthropic({ script: [whisper, ...BUILT_IN] });
  home = makeClaudeHome(standIn.url);
});
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

const real = (name: string, run: () => Promise<void>) => test(name, run, LIMIT_MS);
const heard = () => JSON.stringify(standIn.requests.at(-1)?.body?.messages);

real('a fork goes on with a copy: it remembers, has an id of its own, and leaves the first as it was', async () => {
  await using first = await startRunner(home);
  first.prompt('run: echo said-before-the-fork');
  await first.turnEnded();
  const id = first.of('agent_info').find((info) => info.providerSessionId)?.providerSessionId;
  {
    await using fork = await startRunner(home, { resumeSessionId: id, forkSession: true });
    fork.prompt('hello in the fork');
    await fork.turnEnded();
    const forked = fork.of('agent_info').find((info) => info.providerSessionId)?.providerSessionId;
    expect(forked).toBeString();
    expect(forked).not.toBe(id);
    expect(heard()).toContain('said-before-the-fork');
  }
  first.prompt('hello again');
  await first.turnEnded(2);
  expect(heard()).toContain('said-before-the-fork');
  expect(heard()).not.toContain('hello in the fork');
});

real('a steered prompt reaches the model within the running turn', async () => {
  await using runner = await startRunner(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('run: for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done; echo counted');
  await runner.seen('agent_event', ({ event }) => JSON.stringify(event).includes('"tool_use"'));
  const promptId = runner.steer('and mind the gap');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(runner.of('prompt_accepted').map((line) => line.promptId)).toContain(promptId);
  expect(runner.of('agent_started')).toHaveLength(1);
  expect(heard()).toContain('counted');
  expect(heard()).toContain('and mind the gap');
});

real('a steered prompt that comes too late for its turn is answered in one of its own', async () => {
  await using runner = await startRunner(home);
  runner.prompt('slow 100 pace 5');
  await runner.seen('agent_delta');
  const promptId = runner.steer('hello from the side');
  await runner.turnEnded(2);
  expect(runner.of('agent_started').map((line) => line.promptId)).toEqual([expect.any(String), promptId]);
  expect(runner.texts().at(-1)).toBe('Hello. I am a scripted answer.');
});

real('a steered prompt with nothing to steer is a prompt like others', async () => {
  await using runner = await startRunner(home);
  const promptId = runner.steer('hello');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(runner.of('agent_started')).toMatchObject([{ promptId }]);
});

real('the thinking level is offered as the model has it, and is sent with every call', async () => {
  await using runner = await startRunner(home, { model: 'sonnet', controls: { effort: 'low' } });
  runner.open();
  const info = await runner.seen('agent_info', ({ controls }) => controls !== undefined);
  expect(info.controls).toMatchObject([{ id: 'effort', category: 'thinking', value: 'low' }]);
  expect(info.controls?.[0]?.options.map(({ value }) => value)).toEqual([
    'auto',
    'low',
    'medium',
    'high',
    'xhigh',
    'max',
  ]);
  const sent = () => EffortSent.parse(standIn.requests.at(-1)?.body).output_config.effort;
  runner.prompt('hello', { model: 'sonnet', controls: { effort: 'low' } });
  await runner.turnEnded();
  expect(sent()).toBe('low');
  runner.prompt('hello', { model: 'sonnet', controls: { effort: 'max' } });
  await runner.turnEnded(2);
  expect(sent()).toBe('max');
  runner.prompt('hello', { model: 'sonnet', controls: { effort: 'enormous' } });
  expect(await runner.seen('error')).toMatchObject({ message: expect.stringContaining('enormous') });
});

real('tools of an MCP server of ours can be called, and its key stands in no command line', async () => {
  const command = { command: process.execPath, args: [join(import.meta.dir, 'mcp-main.ts')] };
  await using runner = await startRunner(home, {
    mcpServers: { whisperer: { ...command, env: { WHISPER_SECRET: SECRET } } },
  });
  runner.prompt('whisper');
  runner.answer(await runner.ask(), { kind: 'permission', decision: 'allow' });
  await runner.turnEnded();
  expect(runner.texts().at(-1)).toContain(`The secret is ${SECRET}.`);
  expect(commandLines().filter((line) => line.includes(SECRET))).toEqual([]);
});

real('the windows of the account are told as they fill', async () => {
  using account = makeClaudeHome(standIn.url, { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy' });
  await using runner = await startRunner(account);
  runner.prompt('warn limit');
  const { quota } = await runner.seen('agent_info', (line) => line.quota !== undefined);
  expect(quota).toMatchObject([{ id: 'five_hour', label: '5 hours', usedPercent: 92 }]);
  expect(quota?.[0]?.resetsAt).toBeGreaterThan(Date.now());
  await runner.turnEnded();
});

real('a prompt ends in words where the model was called as often as it may be', async () => {
  await using runner = await startRunner(home, { maxTurns: 1, permissionMode: 'bypassPermissions' });
  runner.prompt('run: echo once');
  const ended = await runner.turnEnded();
  expect(JSON.stringify(ended)).toContain('The limit of model calls for one prompt was reached.');
});

function commandLines(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      return []; // it has just ended
    }
  });
}
