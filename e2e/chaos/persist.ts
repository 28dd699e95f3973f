import { type Connection, connect, readHubInfo } from '@agor/cli';
import type { AgorPaths } from '@agor/runtime';
import { delay, systemClock } from '@agor/runtime';
import { ORPCError } from '@orpc/client';

const LIMIT_MS = 60_000;

/**
 * Does a command as an honest client does: repeats it with the same id until the hub answers, across lost connections
 * and dead hubs. Resolves with the answer, or with the hub's refusal. Only UNREACHABLE is tried again.
 */
export async function persist<T>(
  paths: AgorPaths,
  command: (connection: Connection) => Promise<T>,
): Promise<{ answer: T } | { refused: string }> {
  const deadline = systemClock.monotonic() + LIMIT_MS;
  while (systemClock.monotonic() < deadline) {
    const info = readHubInfo(paths);
    using connection = info ? await connect(info) : null;
    if (connection) {
      const outcome = await attempt(connection, command);
      if (outcome) return outcome;
    }
    await delay(systemClock, 50);
  }
  throw new Error('no hub answered this command within a minute');
}

async function attempt<T>(
  connection: Connection,
  command: (connection: Connection) => Promise<T>,
): Promise<{ answer: T } | { refused: string } | null> {
  try {
    const lost = connection.lost.then(() => null);
    return await Promise.race([command(connection).then((answer) => ({ answer })), lost]);
  } catch (error) {
    if (error instanceof ORPCError && error.code !== 'UNREACHABLE' && error.status < 500)
      return { refused: error.code };
    return null; // the connection broke under it, or the hub was being killed: the same id again
  }
}
