/**
 * Captures streams of the real CLI as fixtures for the adapter's golden tests:
 * `bun e2e/standins/capture-claude.ts packages/providers/src/claude/fixtures`. One SDK message per line, in order;
 * ports and ids of the machine are replaced. Run it again when the pinned SDK changes, and read the diff.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAnthropic } from './anthropic.ts';
import { type ClaudeSession, makeClaudeHome, startClaude } from './claude-session.ts';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: capture-claude.ts FOLDER');
  process.exit(2);
}

const standIn = startAnthropic();
const isDelta: Parameters<ClaudeSession['until']>[0] = (m) =>
  m.type === 'stream_event' && m.event.type === 'content_block_delta';

/** Sends the prompts one after another, each when the one before has its result. */
const prompts =
  (...texts: string[]) =>
  async (session: ClaudeSession) => {
    for (const [i, text] of texts.entries()) {
      session.send(text);
      await session.result(i + 1);
    }
  };

const CAPTURES: Record<string, (session: ClaudeSession) => Promise<void>> = {
  'turn-write': prompts('write note.txt: line one'),
  question: prompts('ask question'),
  plan: async (session) => {
    await session.query.setPermissionMode('plan');
    await prompts('present plan')(session);
  },
  'subagent-foreground': prompts('subagent please'),
  'subagent-background': async (session) => {
    session.send('subagent background');
    await session.result(2);
  },
  'background-bash': async (session) => {
    session.send('background 2');
    await session.result(2);
  },
  'interrupt-text': async (session) => {
    session.send('slow 500 pace 20');
    await session.until(isDelta);
    await session.query.interrupt();
    await session.result(1);
    session.send('hello');
    await session.result(2);
  },
  'interrupt-tool': async (session) => {
    session.send('loop');
    await session.until((m) => m.type === 'assistant' && m.message.content.some((b) => b.type === 'tool_use'));
    await session.query.interrupt();
    await session.result(1);
  },
  queue: async (session) => {
    session.send('gate queue');
    await session.until(isDelta);
    session.send('hello');
    session.send('and again');
    await session.until(
      (m) => JSON.stringify(m).includes('"command_lifecycle"') && JSON.stringify(m).includes('queued'),
    );
    standIn.release('queue');
    await session.result(2);
  },
  'compact-manual': prompts('hello', 'slow 20 pace 0', '/compact', 'hello'),
  'compact-auto': prompts('hello', 'slow 1500 pace 0', 'slow 1500 pace 0', 'overflow please'),
  'todo-tasks': prompts('todo'),
  'big-output': prompts('big output'),
  'error-auth': prompts('fail 401'),
  'error-rate': prompts('fail 429'),
  'error-overloaded': prompts('fail 529'),
  'error-billing': prompts('fail billing'),
  'error-cut': prompts('fail cut'),
  'error-once': prompts('fail once'),
};

/** The same for every capture: a path may be cut anywhere by the deltas, so that it cannot be replaced afterwards. */
const ROOT = '/tmp/agor-demo';

function scrub(line: string): string {
  return line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:9')
    .replace(/cc-socks\/\d+/g, 'cc-socks/1')
    .replace(/claude-\d+\//g, 'claude-1000/');
}

async function capture(name: string, run: (session: ClaudeSession) => Promise<void>, env: Record<string, string> = {}) {
  using home = makeClaudeHome(standIn.url, env, ROOT);
  const session = await startClaude(home, ({ tool, input }) => ({
    behavior: 'allow',
    updatedInput:
      tool === 'AskUserQuestion' ? { ...input, answers: { 'Which database should we use?': 'SQLite' } } : input,
  }));
  await run(session);
  await session.end();
  const write = (file: string, values: unknown[]) =>
    writeFileSync(join(folder ?? '.', file), `${values.map((v) => scrub(JSON.stringify(v))).join('\n')}\n`);
  write(`${name}.ndjson`, session.messages);
  const asks = session.asks.map(({ tool, input, options: { signal, ...options } }) => ({ tool, input, options }));
  if (asks.length > 0) write(`${name}.asks.ndjson`, asks);
  console.log(name, session.messages.length);
}

mkdirSync(folder, { recursive: true });
for (const [name, run] of Object.entries(CAPTURES)) await capture(name, run);
const oauth = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy' };
await capture('limit-rejected', prompts('warn limit', 'fail limit'), oauth);
await capture('todo-write', prompts('todo'), { CLAUDE_CODE_ENABLE_TASKS: '0' });
await standIn.close();
