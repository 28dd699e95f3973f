import { StringDecoder } from 'node:string_decoder';
import { type Clock, endTree, processRef, systemClock } from '@agor/runtime';
import { z } from 'zod';
import { HeadAndTail } from './head-and-tail.ts';
import { defineTool, oneLine, type Tool, type ToolOutcome, type ToolRun } from './tool.ts';
import { COMMAND_MARK, toolEnvironment } from './tool-environment.ts';

const DEFAULT_TIMEOUT_SEC = 120;
const MAX_TIMEOUT_SEC = 1_800;
const MAX_OUTPUT_CHARS = 256 * 1024;
/** Deltas beyond this are not sent: the machine's open block holds no more either. */
const MAX_STREAMED_CHARS = 1024 * 1024;
/** How long a command may take to end after TERM. */
const GRACE_MS = 500;
/** What a finished command left running may hold its output open; it is not waited for longer than this. */
const LEFTOVER_MS = 500;

/** The shell tool. `mark` is in the environment of all that it starts, so that it can be found and ended. */
export function bashTool(mark: string, clock: Clock = systemClock): Tool {
  return defineTool({
    name: 'Bash',
    description: `Runs a shell command in the project's folder and gives its output. Each call starts there anew. It ends after timeout seconds (default ${DEFAULT_TIMEOUT_SEC}).`,
    kind: 'execute',
    readOnly: false,
    schema: z.object({
      command: z.string().min(1).describe('The command'),
      timeout: z.coerce.number().positive().optional().describe(`Seconds, at most ${MAX_TIMEOUT_SEC}`),
    }),
    aliases: { cmd: 'command', script: 'command' },
    title: ({ command }) => (typeof command === 'string' ? oneLine(command) : undefined),
    consent: async ({ command }) => ({
      ruleName: 'Bash',
      edits: false,
      title: `Run: ${oneLine(command)}`,
      alwaysLabel: 'Always allow this command in this project',
      alwaysScope: 'input',
    }),
    run: ({ command, timeout = DEFAULT_TIMEOUT_SEC }, run) =>
      runCommand(command, Math.min(timeout, MAX_TIMEOUT_SEC), { run, mark, clock }),
  });
}

/** Ends everything that the commands of this runner started, also what outlived them. */
export async function endCommands(mark: string): Promise<void> {
  await endTree({ mark: { name: COMMAND_MARK, value: mark }, graceMs: GRACE_MS });
}

interface Context {
  readonly run: ToolRun;
  readonly mark: string;
  readonly clock: Clock;
}

async function runCommand(command: string, timeoutSec: number, { run, mark, clock }: Context): Promise<ToolOutcome> {
  run.signal.throwIfAborted();
  const shell = Bun.which('bash') ?? 'sh';
  // The outer shell only joins the two outputs, so that a syntax error of the command is seen, too.
  const child = Bun.spawn(['sh', '-c', 'exec "$0" -c "$1" 2>&1', shell, command], {
    cwd: run.place.cwd,
    env: toolEnvironment(mark),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    detached: true, // a group of its own
  });
  const root = processRef(child.pid) ?? undefined;
  let ending: Promise<unknown> | null = null;
  const end = () => {
    ending ??= endTree({ root, mark: { name: COMMAND_MARK, value: mark }, graceMs: GRACE_MS });
  };
  let late = false;
  const timer = clock.setTimeout(() => {
    late = true;
    end();
  }, timeoutSec * 1000);
  run.signal.addEventListener('abort', end, { once: true });
  try {
    const blockId = run.newBlock();
    const kept = await follow(child, (text) => run.output(blockId, text), clock);
    const exitCode = await child.exited;
    await ending;
    run.signal.throwIfAborted();
    const said = kept.text();
    if (late) return { output: `${said}\n[ended after ${timeoutSec} s]`, isError: true, blockId };
    return { output: said || '(no output)', exitCode, isError: exitCode !== 0, blockId };
  } finally {
    timer.cancel();
    run.signal.removeEventListener('abort', end);
  }
}

/** Takes what the command prints, until it ended and its output closed, or LEFTOVER_MS later. */
async function follow(
  child: Bun.Subprocess<'ignore', 'pipe', 'ignore'>,
  tell: (text: string) => Promise<void>,
  clock: Clock,
): Promise<HeadAndTail> {
  const kept = new HeadAndTail(MAX_OUTPUT_CHARS);
  const decoder = new StringDecoder('utf8');
  const reader = child.stdout.getReader();
  const left = Promise.withResolvers<null>();
  void child.exited.then(() => clock.setTimeout(() => left.resolve(null), LEFTOVER_MS));
  let streamed = 0;
  for (;;) {
    const chunk = await Promise.race([reader.read(), left.promise]);
    if (!chunk || chunk.done) break;
    const text = decoder.write(Buffer.from(chunk.value));
    kept.add(text);
    const room = MAX_STREAMED_CHARS - streamed;
    streamed += text.length;
    if (text && room > 0) await tell(text.slice(0, room));
  }
  kept.add(decoder.end());
  // A process that goes on in the background meets a closed pipe.
  await reader.cancel();
  return kept;
}
