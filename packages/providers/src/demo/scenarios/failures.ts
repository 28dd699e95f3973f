import { type ErrorClass, MAX_SIDECAR_LINE_BYTES } from '@agor/protocol';
import { numberOption } from '../prompt-words.ts';
import { seededText } from '../random.ts';
import { type DemoTurn, TurnFailed } from '../turn.ts';
import { noWords, type Scenario } from './scenario.ts';

const MEBIBYTE = 1024 * 1024;

/** What vendors say, by class. */
const MESSAGES: Readonly<Record<ErrorClass, string>> = {
  rate_limit: 'API error 429: rate limit exceeded',
  auth: 'API error 401: invalid api key',
  quota: 'Your credit balance is too low',
  overloaded: 'API error 529: Overloaded',
  network: 'fetch failed: ECONNREFUSED',
  not_installed: 'spawn demo ENOENT',
  gone: 'This conversation is gone: it was never there',
  unknown: 'Something went wrong in the script',
};

export const failures: readonly Scenario[] = [
  {
    name: 'limit',
    usage: 'limit [in=60] | limit lift',
    description: 'reports a used-up quota that resets in so many seconds, or that it is back',
    fits: ({ words }) => words.length === 0 || words[0] === 'lift',
    run: async (turn) => {
      const { ctx } = turn.state;
      const limit = 'demo window';
      if (turn.prompt.words[0] === 'lift') {
        ctx.limited({ resetsAt: null, limit, lifted: true });
        return turn.say('The quota is back.');
      }
      const seconds = numberOption(turn.prompt, 'in', { fallback: 60, max: 7 * 86_400 });
      ctx.limited({ resetsAt: Date.now() + seconds * 1_000, limit, message: 'The quota of the demo is used up' });
      throw new TurnFailed('You have reached your usage limit');
    },
  },
  {
    name: 'error',
    usage: 'error [class]',
    description: `fails the turn: ${Object.keys(MESSAGES).join(', ')}`,
    fits: ({ words }) => words.length === 0 || (words.length === 1 && Object.hasOwn(MESSAGES, words[0] ?? '')),
    run: async (turn) => {
      throw new TurnFailed(MESSAGES[(turn.prompt.words[0] ?? 'unknown') as ErrorClass]);
    },
  },
  {
    name: 'fail',
    usage: 'fail',
    description: 'the agent itself breaks: its runner says why and exits with 1',
    fits: noWords,
    run: async () => {
      throw new Error('the demo agent broke, as it was asked to');
    },
  },
  {
    name: 'crash',
    usage: 'crash [mid-stream]',
    description: 'kills its own process, on request in the middle of a text',
    fits: ({ words }) => words.length === 0 || (words.length === 1 && words[0] === 'mid-stream'),
    run: async (turn) => {
      if (turn.prompt.words[0] === 'mid-stream') await halfAText(turn);
      await turn.state.ctx.flushed();
      process.kill(process.pid, 'SIGKILL');
      await turn.forever();
    },
  },
  {
    name: 'exit',
    usage: 'exit [code]',
    description: 'exits with that code in the middle of the turn',
    fits: ({ words }) => words.length === 0 || (words.length === 1 && /^\d{1,3}$/.test(words[0] ?? '')),
    run: async (turn) => {
      await turn.state.ctx.flushed();
      process.exit(Math.min(Number(turn.prompt.words[0] ?? 0), 255));
    },
  },
  {
    name: 'badline',
    usage: 'badline',
    description: 'writes lines that are no valid messages',
    fits: noWords,
    run: async (turn) => {
      const { ctx } = turn.state;
      await ctx.rawLine('this is no JSON');
      await ctx.rawLine('{"type":"agent_event","sessionId":');
      await ctx.rawLine('{"type":"surprise","of":"a newer runner"}');
      await turn.say('I wrote three lines that no one can read.');
    },
  },
  {
    name: 'hugeline',
    usage: 'hugeline [mb=50]',
    description: 'writes one line of that many MiB',
    fits: noWords,
    run: async (turn) => {
      const bytes = numberOption(turn.prompt, 'mb', { fallback: 50, min: 1, max: 200 }) * MEBIBYTE;
      await turn.state.ctx.rawLine(JSON.stringify({ type: 'agent_event', event: 'x'.repeat(bytes) }));
      await turn.say(`I wrote a line of ${bytes} bytes; ${MAX_SIDECAR_LINE_BYTES} are allowed.`);
    },
  },
  {
    name: 'unknown',
    usage: 'unknown',
    description: 'sends an event that this agor does not know',
    fits: noWords,
    run: async (turn) => {
      await turn.state.ctx.event({ type: 'hologram', of: 'a newer demo agent', id: turn.nextId() });
      await turn.say('That was an event from the future.');
    },
  },
  {
    name: 'orphan',
    usage: 'orphan [seconds]',
    description: 'leaves a process behind that has left its session and its parent',
    fits: ({ words }) => atMostOneWordOfDigits(words),
    run: async (turn) => {
      const seconds = Number(turn.prompt.words[0] ?? 600);
      // The shell leads a session of its own and ends at once; its child stays.
      const shell = Bun.spawn(['sh', '-c', `sleep ${seconds} >/dev/null 2>&1 & echo $!`], {
        cwd: turn.cwd,
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'ignore',
        detached: true,
      });
      const pid = (await new Response(shell.stdout).text()).trim();
      await turn.say(`I left the process ${pid} behind.`);
    },
  },
];

function atMostOneWordOfDigits(words: readonly string[]): boolean {
  return words.length === 0 || (words.length === 1 && /^\d{1,5}$/.test(words[0] ?? ''));
}

/** Says something and never completes it. */
async function halfAText(turn: DemoTurn): Promise<void> {
  const blockId = turn.newBlock();
  for (let i = 0; i < 10; i++) {
    await turn.pause(turn.paceMs);
    await turn.delta(blockId, 'text', seededText(turn.random, 20));
  }
}
