import { type Clock, programCommand } from '@agor/runtime';
import { z } from 'zod';
import { RequestFailed } from '../requests/index.ts';
import type { KnowledgeOrder } from './orders.ts';
import type { KnowledgePlaces } from './places.ts';

/** A database that takes longer is not worth waiting for; the process that asks it is ended. */
const LIMIT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const Answer = z.union([z.object({ failure: z.string() }), z.object({ result: z.unknown() })]);

export interface AskDeps {
  readonly places: KnowledgePlaces;
  readonly clock: Clock;
  /** Only tests are in a hurry. */
  readonly limitMs?: number;
  readonly command?: readonly string[];
}

/** Has one order carried out by the program `knowledge`. Throws `RequestFailed`: `unreadable`, `timeout`, `failed`. */
export async function askKnowledge(order: KnowledgeOrder, deps: AskDeps, signal: AbortSignal): Promise<unknown> {
  const { places, clock, limitMs = LIMIT_MS, command = programCommand('knowledge', import.meta) } = deps;
  const child = Bun.spawn([...command], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: MAX_ANSWER_BYTES,
    killSignal: 'SIGKILL',
  });
  let isLate = false;
  const timer = clock.setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  const abort = () => child.kill('SIGKILL');
  signal.addEventListener('abort', abort, { once: true });
  try {
    child.stdin.write(JSON.stringify({ order, places }));
    await child.stdin.end();
    const [said, complaint] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (isLate) throw new RequestFailed('timeout', `The database did not answer within ${limitMs / 1000} s.`);
    if (child.exitCode !== 0)
      throw new RequestFailed(
        'failed',
        `The database could not be asked: ${complaint.trim().slice(-500) || 'it ended'}.`,
      );
    const answer = Answer.parse(JSON.parse(said));
    if ('failure' in answer) throw new RequestFailed('rejected', answer.failure);
    return answer.result ?? null;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', abort);
  }
}
