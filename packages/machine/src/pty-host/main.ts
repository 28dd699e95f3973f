import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type AgorPaths,
  acquireLock,
  becomeSubreaper,
  createLogger,
  delay,
  endTree,
  ensureDirs,
  type FileLock,
  giveMemoryBackAtRest,
  type Logger,
  machineSecret,
  reapOrphans,
  resolvePaths,
  systemClock,
} from '@agor/runtime';
import { instanceMark } from '../environment/index.ts';
import { BoundSockets } from '../sockets/index.ts';
import { TERMINAL_VARIABLE } from './environment.ts';
import { PtyManager } from './manager.ts';
import { PtyServer } from './server.ts';

/** A predecessor whose machine died ends its terminals first; that takes the grace of a tree's end, and a little. */
const PREDECESSOR_MS = 8_000;

/**
 * The program that holds all terminals: `pty-host --data-dir D --config-dir C`. It lives as long as its stdin: the machine holds the other end.
 * Prints one line, `{"ready":true,"socket":…}`, when it can be connected to.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string' }, 'config-dir': { type: 'string' } } });
  const paths = resolvePaths(process.env, { dataDir: values['data-dir'], configDir: values['config-dir'] });
  ensureDirs(paths);
  const log = createLogger({ name: 'pty-host', file: join(paths.logsDir, 'pty-host.log') });
  const lock = await takeLock(join(paths.machineDir, 'pty-host.lock'));
  if (!lock) {
    log.error('another pty host of this data folder does not end');
    process.exitCode = 1;
    return;
  }
  becomeSubreaper();
  const reaper = reapOrphans();
  const memory = giveMemoryBackAtRest({ clock: systemClock });
  const mark = instanceMark(paths);
  await endLeftovers(mark, log);

  const manager = new PtyManager({ clock: systemClock, log, mark });
  const secret = machineSecret(paths.machineSecretFile);
  const onShutdown = async () => {
    await manager.shutdown();
    setTimeout(() => void end('it was asked to'), 0); // after the answer
  };
  const tell = ({ ptySocket }: AgorPaths) =>
    void process.stdout.write(`${JSON.stringify({ ready: true, socket: ptySocket })}\n`);
  const sockets = new BoundSockets({
    paths,
    files: ({ ptySocket }) => [ptySocket],
    listen: ({ ptySocket: socketPath }) => {
      const server = new PtyServer({ socketPath, secret, manager, clock: systemClock, log, onShutdown });
      return { [Symbol.dispose]: () => void server.stop() };
    },
    onRebound: tell,
    clock: systemClock,
    log,
  });

  let ending = false;
  const end = async (why: string): Promise<void> => {
    if (ending) return;
    ending = true;
    log.info('the pty host ends', { why });
    await manager.shutdown();
    sockets[Symbol.dispose]();
    memory[Symbol.dispose]();
    reaper[Symbol.dispose]();
    lock.release();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end('SIGTERM'));
  process.on('SIGINT', () => void end('SIGINT'));
  process.on('SIGHUP', () => void end('SIGHUP'));
  process.stdout.on('error', () => {}); // the machine is gone: stdin tells it as well
  tell(sockets.paths);
  process.stdin.on('error', () => void end('its machine is gone'));
  process.stdin.on('close', () => void end('its machine is gone'));
  process.stdin.resume();
}

async function takeLock(path: string): Promise<FileLock | null> {
  for (const deadline = systemClock.monotonic() + PREDECESSOR_MS; ; await delay(systemClock, 20)) {
    const lock = acquireLock(path);
    if (lock.ok) return lock.value;
    if (systemClock.monotonic() > deadline) return null;
  }
}

/** A pty host that was killed took its terminals with it, and most of their programs; what ignored the hang-up is ended here. */
async function endLeftovers(mark: string, log: Logger): Promise<void> {
  const report = await endTree({ mark: { name: TERMINAL_VARIABLE, value: mark } });
  if (report.found > 0) log.warn('ended what a killed pty host left behind', { found: report.found });
}

void main();
