/**
 * Captures what the runner of the real Codex journals, as fixtures for the adapter's golden tests:
 * `bun e2e/standins/capture-codex.ts packages/providers/src/codex/fixtures`. One event per line, in order; ports and the folder
 * are the same each time. Run it again when the pinned version changes, and read the diff.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Ask, RunOptions } from '@agor/protocol';
import { startRunner } from '../codex/start-runner.ts';
import { makeCodexHome } from './codex-home.ts';
import { startResponses } from './responses.ts';
import type { RunnerProcess } from './runner-process.ts';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: capture-codex.ts FOLDER');
  process.exit(2);
}

const standIn = startResponses();
/** The same for every capture: paths stand in the events. */
const ROOT = '/var/tmp/agor-demo';

function answerTo(ask: Ask): Answer {
  if (ask.kind === 'permission')
    return { kind: 'permission', decision: ask.title.includes('denied') ? 'deny' : 'allow' };
  if (ask.kind === 'plan') return { kind: 'plan', decision: 'approve', mode: 'default' };
  return {
    kind: 'question',
    answers: Object.fromEntries(ask.questions.map((each) => [each.question, each.options[0]?.label ?? ''])),
  };
}

/** Sends the prompts one after another, each when the one before has ended. */
const prompts =
  (...texts: string[]) =>
  async (runner: RunnerProcess) => {
    for (const [i, text] of texts.entries()) {
      runner.prompt(text);
      await runner.turnEnded(i + 1);
    }
  };

interface Capture {
  readonly run: (runner: RunnerProcess) => Promise<void>;
  readonly options?: Partial<RunOptions>;
}

const MCP = { echo: { command: process.execPath, args: [join(import.meta.dir, 'mcp-echo-main.ts')], env: {} } };
const CAPTURES: Record<string, Capture> = {
  'turn-write': { run: prompts('write note.txt: line one') },
  'turn-denied': { run: prompts('write denied.txt: never') },
  'turn-edit': {
    run: prompts('write e.txt: one', 'edit e.txt replace one with two'),
    options: { permissionMode: 'acceptEdits' },
  },
  command: { run: prompts('run: echo out; exit 3') },
  parallel: { run: prompts('parallel') },
  'big-output': { run: prompts('big output') },
  background: { run: prompts('background', 'hello') },
  question: { run: prompts('ask question'), options: { permissionMode: 'plan' } },
  plan: { run: prompts('present plan'), options: { permissionMode: 'plan' } },
  'mcp-tool': { run: prompts('call tool echo of echo'), options: { mcpServers: MCP } },
  'mcp-failed': {
    run: prompts('hello'),
    options: { mcpServers: { gone: { command: '/nowhere/at/all', args: [], env: {} } } },
  },
  compact: { run: prompts('slow 50 pace 0', '/compact', 'hello') },
  steer: {
    run: async (runner) => {
      runner.prompt('gate steer');
      await runner.seen('agent_delta');
      const steering = runner.prompt('hello', { steer: true });
      await runner.seen('prompt_accepted', ({ promptId }) => promptId === steering);
      standIn.release('steer');
      await runner.turnEnded();
    },
  },
  'interrupt-text': {
    run: async (runner) => {
      runner.prompt('slow 500 pace 20');
      await runner.seen('agent_delta', () => true, 3);
      runner.interrupt();
      await runner.turnEnded();
    },
  },
  'interrupt-command': {
    run: async (runner) => {
      runner.prompt('loop');
      await runner.seen('agent_delta', ({ kind }) => kind === 'toolOutput');
      runner.interrupt();
      await runner.turnEnded();
    },
    options: { permissionMode: 'bypassPermissions' },
  },
  'error-auth': { run: prompts('fail 401') },
  'error-rate': { run: prompts('fail 429') },
  'error-limit': { run: prompts('warn limit', 'fail limit', 'hello') },
  'error-server': { run: prompts('fail 500') },
  'error-context': { run: prompts('fail context') },
  'error-cut': { run: prompts('fail cut') },
};

function scrub(line: string): string {
  return line.replaceAll(import.meta.dir, '/standins').replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:9');
}

mkdirSync(folder, { recursive: true });
for (const [name, { run, options }] of Object.entries(CAPTURES)) {
  using home = makeCodexHome(standIn, {}, ROOT);
  const runner = await startRunner(home, options);
  const answering = (async () => {
    for (let n = 1; ; n++) {
      const ask = await runner.ask(n).catch(() => null);
      if (!ask) return;
      runner.answer(ask, answerTo(ask));
    }
  })();
  await run(runner);
  await runner.stop();
  await answering;
  const events = runner.of('agent_event').map(({ event }) => scrub(JSON.stringify(event)));
  writeFileSync(join(folder, `${name}.ndjson`), `${events.join('\n')}\n`);
  console.log(name, events.length);
}
await standIn.close();
