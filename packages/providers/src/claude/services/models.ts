import {
  FromRunner,
  MAX_SIDECAR_LINE_BYTES,
  type ModelInfo,
  newId,
  RunOptions,
  SessionId,
  type ToRunner,
} from '@agor/protocol';
import { LineSplitter, programCommand } from '@agor/runtime';
import type { ServicePlace } from '../../services.ts';
import { homeOf } from './config-dir.ts';

/**
 * The models as the CLI itself lists them for the account that is signed in. Only a live agent knows them: a runner is started without a
 * prompt and ended when it has told.
 */
export async function modelsOf(place: ServicePlace, signal: AbortSignal): Promise<ModelInfo[]> {
  const options = RunOptions.parse({
    cwd: place.cwd ?? homeOf(place),
    command: [...place.command],
    ...(place.claudeConfigDir === null ? {} : { claudeConfigDir: place.claudeConfigDir }),
  });
  const open: ToRunner = { type: 'open', sessionId: newId(SessionId), options };
  await using runner = startRunner(place);
  runner.child.stdin.write(`${JSON.stringify(open)}\n`);
  await runner.child.stdin.flush();
  const lines = new LineSplitter(MAX_SIDECAR_LINE_BYTES);
  const stop = () => runner.child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of runner.child.stdout) {
      for (const line of lines.push(chunk)) {
        const told = typeof line === 'string' ? FromRunner.parse(JSON.parse(line)) : null;
        if (told?.type === 'agent_info' && told.models) return told.models;
        if (told?.type === 'agent_error') throw new Error(told.message);
      }
    }
    signal.throwIfAborted();
    throw new Error('Claude Code ended before it told its models.');
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Ends with its stdin: it takes its CLI along. */
function startRunner({ env }: Pick<ServicePlace, 'env'>) {
  const child = Bun.spawn(programCommand('runner-claude', import.meta), {
    env: { ...env },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  return {
    child,
    [Symbol.asyncDispose]: async () => {
      await child.stdin.end();
      await child.exited;
    },
  };
}
