import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionId } from '@agor/protocol';
import { type AgentUnderTest, ConfinedAgent } from '../sandbox/confined-agent.ts';
import { type AnthropicStandIn, startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, messagesIn } from '../world/index.ts';

/** The first read of the CLI's 0.4 GB may take many seconds. */
const LIMIT_MS = 120_000;
const MINE = '{"model":"sonnet"}';
const OTHERS = 'what was said in another project';

let standIn: AnthropicStandIn;
let confined: ConfinedAgent;
let config: string;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic();
  const claude: AgentUnderTest = {
    provider: 'claude',
    prompt: (command) => `run: ${command}`,
    env: claudeEnv(standIn.url),
  };
  confined = await ConfinedAgent.start(claude, (_cwd, world) => {
    config = join(world.env.HOME as string, '.claude');
    mkdirSync(join(config, 'projects', '-other'), { recursive: true });
    writeFileSync(join(config, 'settings.json'), MINE);
    writeFileSync(join(config, 'projects', '-other', 'a.jsonl'), OTHERS);
    writeFileSync(join(config, '..', '.claude.json'), '{}');
  });
}, 300_000);
afterAll(async () => {
  await confined[Symbol.asyncDispose]();
  await standIn.close();
}, LIMIT_MS);

const real = (name: string, run: () => Promise<void>) => test(name, run, LIMIT_MS);
const transcripts = () => readdirSync(join(config, 'projects', confined.cwd.replace(/[^a-zA-Z0-9]/g, '-')));

real('Claude works confined: a command, an edit, to-dos and a subagent, and what was said is kept', async () => {
  const { sessionId, output } = await confined.run('echo from inside; echo x > made.txt');
  expect(output).toBe('from inside');
  expect(readFileSync(join(confined.cwd, 'made.txt'), 'utf8')).toBe('x\n');
  using connection = await confined.world.connect();
  const { state } = await connection.client.session.get({ sessionId: SessionId.parse(sessionId) });
  expect(state.sandbox?.state).toBe('on');
  for (const prompt of ['write note.txt: line one', 'edit note.txt replace one with two', 'todo', 'subagent please']) {
    const { stdout, exitCode } = await confined.world.agor('run', '--resume', sessionId, '--json', prompt);
    expect(messagesIn(stdout).filter(({ type }) => type === 'error')).toEqual([]);
    expect(exitCode).toBe(0);
  }
  expect(readFileSync(join(confined.cwd, 'note.txt'), 'utf8')).toContain('line two');
  expect(transcripts().filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
});

real('a confined session goes on after its process was stopped', async () => {
  const { sessionId } = await confined.run('echo said before the stop');
  await confined.stop(sessionId);
  const stopped = async () =>
    (await confined.world.sessions()).find((row) => row.sessionId === sessionId)?.status === 'stopped';
  while (!(await stopped())) await Bun.sleep(100);
  await confined.world.agor('run', '--resume', sessionId, '--json', 'hello again');
  expect(JSON.stringify(standIn.requests.at(-1)?.body?.messages)).toContain('said before the stop');
});

real('a confined Claude plants nothing among its settings, and reads no conversation of another project', async () => {
  const { output } = await confined.run(
    `cd ~/.claude; cat projects/-other/a.jsonl; for f in settings.json settings.local.json CLAUDE.md shell-snapshots/x skills/x ../.claude.json; do mkdir -p $(dirname $f); echo planted > $f; done; mkdir -p ${confined.cwd}/.claude; echo planted > ${confined.cwd}/.claude/settings.json; echo planted > ${confined.cwd}/.mcp.json; echo tried`,
  );
  expect(output).toContain('tried');
  expect(output).not.toContain(OTHERS);
  expect(readFileSync(join(config, 'settings.json'), 'utf8')).toBe(MINE);
  expect(readFileSync(join(config, '..', '.claude.json'), 'utf8')).toBe('{}');
  for (const name of ['settings.local.json', 'CLAUDE.md', 'shell-snapshots/x', 'skills/x'])
    expect(existsSync(join(config, name))).toBe(false);
  expect(existsSync(join(confined.cwd, '.claude', 'settings.json'))).toBe(false);
});
