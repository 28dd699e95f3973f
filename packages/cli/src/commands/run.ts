import { resolve } from 'node:path';
import {
  type AgentMessage,
  CommandId,
  newId,
  type PermissionMode,
  ProjectId,
  PromptId,
  type SessionEvent,
  type SessionId,
} from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { asMessage } from '@agor/session';
import { answerInteractively } from '../answer-interactively.ts';
import type { Connection } from '../connect.ts';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { allSessions } from '../find.ts';
import { follow } from '../follow.ts';
import { ownTrace } from '../own-trace.ts';
import { providerArgument } from '../provider-argument.ts';
import { RunOutput } from '../run-output.ts';

export interface RunArguments {
  cwd?: string;
  project?: string;
  provider?: string;
  model?: string;
  permissionMode?: PermissionMode;
  resume?: string;
  json?: boolean;
}

/** `agor run`: gives one prompt and streams the session until its turn ends. Returns the exit code. */
export async function run(paths: AgorPaths, words: readonly string[], args: RunArguments): Promise<number> {
  if (args.cwd && args.project) throw new Failure('Give --cwd or --project, not both.', EXIT.usage);
  const text = words.join(' ').trim();
  if (!text) throw new Failure('What should the agent do? Give a prompt: agor run "fix the failing test"', EXIT.usage);
  if (args.resume === '') throw new Failure('Which session is to go on? agor ps lists them.', EXIT.usage);
  using connection = await ensureHub(paths);
  const promptId = newId(PromptId);
  const sessionId = await give(connection, promptId, text, args);
  const output = new RunOutput(args.json === true);
  const interrupted = onInterrupt(() =>
    connection.client.agent.interrupt({ commandId: newId(CommandId), sessionId }).catch((error) => {
      process.stderr.write(`agor: could not interrupt: ${String(error)}\n`);
    }),
  );
  try {
    return await stream(paths, connection, sessionId, promptId, output);
  } finally {
    interrupted[Symbol.dispose]();
  }
}

async function give(connection: Connection, promptId: PromptId, text: string, args: RunArguments): Promise<SessionId> {
  const resumed = args.resume ? await resumedSession(connection, args.resume) : {};
  const answer = await connection.client.agent.query({
    commandId: newId(CommandId),
    ...resumed,
    ...('sessionId' in resumed ? {} : placeOf(args)),
    provider: args.provider ? providerArgument(args.provider) : undefined,
    model: args.model,
    permissionMode: args.permissionMode,
    prompt: { id: promptId, text, images: [], source: 'cli', ...ownTrace() },
    env: ownEnvironment(),
  });
  return answer.sessionId;
}

function placeOf(args: RunArguments): { projectId: ProjectId } | { cwd: string } {
  return args.project ? { projectId: ProjectId.parse(args.project) } : { cwd: resolve(args.cwd ?? '.') };
}

/** `--resume` takes a session of agor's (or the beginning of its id), or the vendor's id of a conversation. */
async function resumedSession(
  { client }: Connection,
  id: string,
): Promise<{ sessionId: SessionId } | { resumeProviderSession: string }> {
  const sessions = await allSessions(client);
  const found = sessions.filter((s) => s.state.id.startsWith(id) || s.state.providerSessionId === id);
  if (found.length > 1)
    throw new Failure(`${id} is not the beginning of one session only; give more of it.`, EXIT.usage);
  return found[0] ? { sessionId: found[0].state.id } : { resumeProviderSession: id };
}

async function stream(
  paths: AgorPaths,
  connection: Connection,
  sessionId: SessionId,
  promptId: PromptId,
  output: RunOutput,
): Promise<number> {
  const progress = new Progress(promptId);
  for await (const item of follow(connection, { paths, sessionId, tail: 1000, restartHub: true })) {
    if ('delta' in item) {
      if (progress.begun) output.delta(item.delta);
      continue;
    }
    for (const event of 'snapshot' in item ? item.events : [item.event]) {
      if (!progress.see(event)) continue;
      const message = asMessage(event);
      if (message) output.message(message);
      if (event.kind === 'askOpened') await answerInteractively(connection, event.ask, output.json);
      const end = progress.endOf(event);
      if (end) return output.end(end.message) ?? end.exitCode;
    }
  }
  return EXIT.failed;
}

/** Which of a session's events belong to our prompt, and which of them is its end. */
class Progress {
  /** Ours has been sent to the agent: from here on, what the session says is said to us. */
  begun = false;
  #turnId: string | null = null;

  constructor(private readonly promptId: PromptId) {}

  see(event: SessionEvent): boolean {
    if (event.kind === 'promptSent' && event.promptId === this.promptId) this.begun = true;
    if (event.kind === 'turnStarted' && event.promptId === this.promptId) this.#turnId = event.turnId;
    return this.begun;
  }

  endOf(event: SessionEvent): { exitCode: number; message: AgentMessage | null } | null {
    const failure = (message: string) => ({ exitCode: EXIT.failed, message: errorMessage(event, message) });
    if (event.kind === 'turnEnded' && event.turnId === this.#turnId) {
      if (event.outcome === 'done') return { exitCode: EXIT.done, message: null };
      if (event.outcome === 'interrupted') {
        return { exitCode: EXIT.interrupted, message: errorMessage(event, event.message ?? 'interrupted') };
      }
      return failure(event.message ?? "the agent's process ended in the middle of the turn");
    }
    if ('promptId' in event && event.promptId === this.promptId) {
      if (event.kind === 'promptFailed') return failure(event.message);
      if (event.kind === 'promptDoubtful') return failure(`the prompt may not have arrived: ${event.reason}`);
      if (event.kind === 'promptCancelled') return failure('the prompt was cancelled');
    }
    return null;
  }
}

function errorMessage(event: SessionEvent, message: string): AgentMessage {
  const errorClass =
    event.kind === 'turnEnded' || event.kind === 'promptFailed' ? (event.class ?? 'unknown') : 'unknown';
  return {
    id: `end-${event.seq}`,
    type: 'error',
    timestamp: event.at,
    content: { message, class: errorClass, retryable: false },
  };
}

/** Ctrl+C once interrupts the agent; twice leaves at once. */
function onInterrupt(interrupt: () => void): Disposable {
  let asked = false;
  const handle = () => {
    if (asked) process.exit(EXIT.interrupted);
    asked = true;
    process.stderr.write('agor: interrupting the agent (Ctrl+C again to leave at once)\n');
    interrupt();
  };
  process.on('SIGINT', handle);
  return { [Symbol.dispose]: () => process.off('SIGINT', handle) };
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined));
}
