import { type Connection, connect, readHubInfo } from '@agor/cli';
import type { AgorPaths } from '@agor/runtime';
import { delay, systemClock } from '@agor/runtime';
import { ORPCError } from '@orpc/client';

const LIMIT_MS = 60_000;
/** A hub that is there answers a command well within this. */
const ANSWER_LIMIT_MS = 15_000;

/**
 * Does a command as an honest client does: repeats it with the same id until the hub answers, across lost connections
 * and dead hubs. Resolves with the answer, or with the hub's refusal. Only UNREACHABLE is tried again.
 */
export async function persist<T>(
  paths: AgorPaths,
  command: (connection: Connection) => Promise<T>,
): Promise<{ answer: T } | { refused: string }> {
  const deadline = systemClock.monotonic() + LIMIT_MS;
  let last: unknown = 'no hub';
  while (systemClock.monotonic() < deadline) {
    const info = readHubInfo(paths);
    using connection = info ? await connect(info) : null;
    if (connection) {
      const outcome = await attempt(connection, command);
      if (!('broken' in outcome)) return outcome;
      last = outcome.broken;
    }
    await delay(systemClock, 50);
  }
  throw new Error('no hub answered this command within a minute', { cause: last });
}

async function attempt<T>(
  connection: Connection,
  command: (connection: Connection) => Promise<T>,
): Promise<{ answer: T } | { refused: string } | { broken: unknown }> {
  try {
    const lost = connection.lost.then(() => ({ broken: 'the connection was lost' }));
    const late = delay(systemClock, ANSWER_LIMIT_MS).then(() => ({ broken: 'no answer in time' }));
    return await Promise.race([command(connection).then((answer) => ({ answer })), lost, late]);
  } catch (error) {
    if (error instanceof ORPCError && error.code !== 'UNREACHABLE' && error.status < 500)
      return { refused: error.code };
    return { broken: error }; // the connection broke under it, or the hub was being killed: the same id again
  }
}
