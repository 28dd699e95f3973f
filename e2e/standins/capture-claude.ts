/**
 * Captures streams of the real CLI as fixtures for the adapter's golden tests:
 * `bun e2e/standins/capture-claude.ts packages/providers/src/claude/fixtures`. One SDK message per line, in order;
 * ports and ids of the machine are replaced. With `transcript` behind the folder only the CLI's own file of a conversation. Run it again when the pinned SDK changes, and read the diff.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** What only repeats the wire, or what the CLI tells the model beside the conversation, by its kind alone: it is most of the file. */
function withoutBulk(line: string): string {
  const entry = JSON.parse(line) as { type: string; attachment?: { type: string }; rendered?: unknown };
  if (entry.type.startsWith('api-request')) return JSON.stringify({ type: entry.type });
  if (entry.attachment)
    return JSON.stringify({ ...entry, attachment: { type: entry.attachment.type }, rendered: undefined });
  return line;
}

/** The CLI's own file of a conversation, as someone leaves it who works in a terminal. */
async function captureTranscript() {
  using home = makeClaudeHome(standIn.url, {}, ROOT);
  const session = await startClaude(home);
  await prompts(
    'write note.txt: line one',
    'edit note.txt replace one with two',
    'parallel',
    'subagent please',
  )(session);
  await prompts(
    'todo',
    '/compact',
    'hello',
    'fail 400',
    'ask question',
  )({ ...session, result: (n) => session.result(n + 4) });
  session.send('slow 500 pace 20');
  await session.until(isDelta, session.messages.length);
  await session.query.interrupt();
  await session.result(10);
  await session.end();
  const project = join(home.env.CLAUDE_CONFIG_DIR ?? '', 'projects', '-tmp-agor-demo-work');
  const name = readdirSync(project).find((each) => each.endsWith('.jsonl')) ?? '';
  const lines = readFileSync(join(project, name), 'utf8').split('\n').filter(Boolean).map(withoutBulk).map(scrub);
  mkdirSync(join(folder ?? '.', 'transcripts'), { recursive: true });
  writeFileSync(join(folder ?? '.', 'transcripts', 'session.jsonl'), `${lines.join('\n')}\n`);
  console.log('transcript', lines.length);
}

mkdirSync(folder, { recursive: true });
if (process.argv[3] === 'transcript') {
  await captureTranscript();
  await standIn.close();
  process.exit();
}
await captureTranscript();
for (const [name, run] of Object.entries(CAPTURES)) await capture(name, run);
const oauth = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy' };
await capture('limit-rejected', prompts('warn limit', 'fail limit'), oauth);
await capture('todo-write', prompts('todo'), { CLAUDE_CODE_ENABLE_TASKS: '0' });
await standIn.close();
