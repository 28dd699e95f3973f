import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type AgorPaths,
  delay,
  ensureDirs,
  lockHolder,
  programCommand,
  spawnDetached,
  systemClock,
} from '@agor/runtime';
import { type Connection, connect, readHubInfo } from './connect.ts';
import { Failure } from './failure.ts';

export const DEFAULT_PORT = 9700;
/** A hub that has not come up by then never will. It waits itself up to 10 s for its machine. */
const START_LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 25;

/** Connects to the running hub; null when there is none. */
export async function findHub(paths: AgorPaths): Promise<Connection | null> {
  const info = readHubInfo(paths);
  return info ? connect(info) : null;
}

/** As `findHub`, but having no hub is a failure that says what to do. */
export async function requireHub(paths: AgorPaths): Promise<Connection> {
  const found = await findHub(paths);
  if (!found) throw new Failure(`agor is not running for ${paths.dataDir}. Start it with: agor`);
  return found;
}

/** Connects to the hub of this data folder, starting one in the background when none runs. */
export async function ensureHub(paths: AgorPaths): Promise<Connection> {
  const running = await findHub(paths);
  if (running) return running;
  ensureDirs(paths);
  mkdirSync(dirname(paths.hubLog), { recursive: true, mode: 0o700 });
  const port = isFree(DEFAULT_PORT) ? DEFAULT_PORT : 0;
  return (await startHub(paths, port)) ?? (await startHub(paths, 0)) ?? giveUp(paths);
}

/** Starts a hub and waits for it (or for another that was faster). Null when ours ended and no other answers. */
async function startHub(paths: AgorPaths, port: number): Promise<Connection | null> {
  const where = ['--port', String(port), '--data-dir', paths.dataDir, '--config-dir', paths.configDir];
  const started = spawnDetached([...programCommand('hub', import.meta), 'serve', ...where], {
    env: ownEnvironment(),
    logFile: paths.hubLog,
  });
  let ended = false;
  started.exited.then(() => {
    ended = true;
  });
  const deadline = systemClock.monotonic() + START_LIMIT_MS;
  while (systemClock.monotonic() < deadline) {
    const found = await findHub(paths);
    if (found) return found;
    // Ours ended because another one was faster: that one may take a while until it can be found.
    if (ended && lockHolder(paths.hubLock) === null) return findHub(paths);
    await delay(systemClock, LOOK_EVERY_MS);
  }
  return null;
}

function giveUp(paths: AgorPaths): never {
  throw new Failure(`The hub did not start. Its log says why: ${paths.hubLog}`);
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false; // in use, or not ours to use: either way another port is taken
  }
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
