import {
  type AgorPaths,
  acquireLock,
  damage,
  delay,
  ensureDirs,
  err,
  type FileLock,
  giveMemoryBackAtRest,
  keepFilesPrivate,
  PathError,
  type Result,
  resolvePaths,
  systemClock,
} from '@agor/runtime';
import { parseServeArguments, type ServeArguments, USAGE } from './arguments.ts';
import { type HubInfo, readHubInfo, removeHubInfo, writeHubInfo } from './hub-info.ts';
import { type RunningHub, startHub } from './start-hub.ts';

/** How long the first line of output waits for the machine, which may have to be started. */
const MACHINE_MS = 10_000;
/** An end that takes longer is cut short: everything that was promised is on the disk already. */
const END_MS = 5_000;

/** `agor serve`: runs until a signal or a shutdown. Resolves to the exit code. */
export async function runHub(args: readonly string[]): Promise<number> {
  const parsed = parseServeArguments(args[0] === 'serve' ? args.slice(1) : args);
  if (!parsed.ok) return complain(`${parsed.error}\n\n${USAGE}`, 2);
  if (parsed.value.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  keepFilesPrivate(process.env);
  let paths: AgorPaths;
  try {
    paths = resolvePaths(process.env, parsed.value);
    ensureDirs(paths);
  } catch (error) {
    return complain(error instanceof PathError ? error.message : `agor's folders can't be made: ${String(error)}`, 1);
  }
  const lock = acquireLock(paths.hubLock);
  if (!lock.ok) return complain(alreadyRuns(paths, lock.error.heldBy), 1);
  // Of a hub that was killed: its port may be someone else's by now, who must not be sent the token.
  removeHubInfo(paths);
  try {
    return await serve(parsed.value, paths);
  } finally {
    releaseQuietly(lock.value);
  }
}

async function serve(args: ServeArguments, paths: AgorPaths): Promise<number> {
  const ended = Promise.withResolvers<void>();
  const end = () => ended.resolve();
  // From here on: a signal during the start must end us as cleanly as one after it.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  const started = start(args, paths, end);
  if (!started.ok) return complain(started.error, 1);
  const hub = started.value;
  await Promise.race([hub.machineTried, delay(systemClock, MACHINE_MS), ended.promise]);
  announce(args, paths, hub);
  const watching = hub.bus.on('machine', () => writeHubInfo(paths, infoOf(hub)));
  hub.makeDemoIfFirst();
  using _memory = giveMemoryBackAtRest({ clock: systemClock });
  await ended.promise;
  watching[Symbol.dispose]();
  await Promise.race([hub.close(), delay(systemClock, END_MS)]);
  removeHubInfo(paths);
  return 0;
}

function start(args: ServeArguments, paths: AgorPaths, onShutdown: () => void): Result<RunningHub, string> {
  try {
    return startHub({ paths, host: args.host, port: args.port, clock: systemClock, onShutdown });
  } catch (error) {
    // A damaged page is met where it is read first, which may be anywhere in the start.
    const damaged = damage(error, paths.sessionsDb);
    if (damaged) return err(damaged.message);
    throw error;
  }
}

function announce(args: ServeArguments, paths: AgorPaths, hub: RunningHub): void {
  const info = infoOf(hub);
  const { state, message } = hub.core.machine.state;
  if (info.machinePid === null) {
    process.stderr.write(
      `agor: the machine, which runs the agents, is not connected (${state}): ${message ?? 'no answer yet'}\n`,
    );
  }
  try {
    writeHubInfo(paths, info);
  } catch (error) {
    process.stderr.write(
      `agor: ${paths.hubInfoFile} can't be written, so the command line won't find this hub: ${String(error)}\n`,
    );
  }
  process.stdout.write(args.json ? `${JSON.stringify(info)}\n` : inWords(info, process.stdout.isTTY === true));
}

function infoOf(hub: RunningHub): HubInfo {
  const { url, token } = hub.server;
  return { url, token, pid: process.pid, machinePid: hub.core.machine.state.pid };
}

function alreadyRuns(paths: AgorPaths, heldBy: string | null): string {
  const pid = /"pid":\s*(\d+)/.exec(heldBy ?? '')?.[1] ?? 'unknown';
  const info = readHubInfo(paths);
  const where = info ? ` at ${info.url}` : '';
  return `agor already runs on the data folder ${paths.dataDir} (pid ${pid}${where}). Use that one, end it with \`agor shutdown\` or \`kill ${pid}\`, or choose another folder with --data-dir.`;
}

function complain(message: string, code: number): number {
  process.stderr.write(`agor: ${message.trimEnd()}\n`);
  return code;
}

function releaseQuietly(lock: FileLock): void {
  try {
    lock.release();
  } catch {
    // The process ends now, and with it the lock.
  }
}

/** The token goes to a person's terminal only: elsewhere this line ends in a log. */
function inWords(info: { url: string; token: string }, toTerminal: boolean): string {
  if (toTerminal) return `agor runs. Open ${info.url}/#token=${info.token}\n`;
  return `agor runs at ${info.url}. \`agor --no-browser\` prints the address to sign in with.\n`;
}
