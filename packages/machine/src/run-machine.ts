import { rmdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { providerFamily } from '@agor/protocol';
import {
  acquireLock,
  becomeSubreaper,
  buildId,
  createLogger,
  ensureDirs,
  giveMemoryBackAtRest,
  programCommand,
  reapOrphans,
  resolvePaths,
  SecretRedactor,
  systemClock,
  takeUsersUmask,
} from '@agor/runtime';
import { teamTools } from './environment/index.ts';
import { type MachineOptions, startMachine } from './machine.ts';

/** What tests put in place of agor's own. */
export type MachineOverrides = Partial<Pick<MachineOptions, 'runnerCommand' | 'ptyHostCommand' | 'limits'>>;

/**
 * The program `machine`: the hands of agor on this computer, one per data folder. Started by a hub, outlives it. Exits 0 at once and quietly
 * when there is a machine already. Returns the exit code; throws when it cannot run. `self` is the program's own module: siblings lie beside it.
 */
export async function runMachine(self: Pick<ImportMeta, 'dir'>, overrides: MachineOverrides = {}): Promise<number> {
  takeUsersUmask(process.env);
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string' }, 'config-dir': { type: 'string' } } });
  const paths = resolvePaths(process.env, { dataDir: values['data-dir'], configDir: values['config-dir'] });
  ensureDirs(paths);
  const build = buildId(self);
  const lock = acquireLock(paths.machineLock, { info: { runtimeDir: paths.runtimeDir, build } });
  if (!lock.ok) return 0;
  const { value: held } = lock;
  ensureDirs(paths); // the machine before this one may have removed the runtime folder while we waited for its lock
  let { runtimeDir } = paths;
  process.on('SIGHUP', () => undefined); // the terminal that a hub was started from is none of ours
  process.chdir('/'); // keeps no file system busy
  const redactor = new SecretRedactor();
  const redact = (line: string) => redactor.text(line);
  const log = createLogger({ name: 'machine', file: paths.machineLog, redact });
  const fatal = (what: string) => (error: unknown) => {
    // A bug: our state can no longer be trusted. The next machine puts things in order.
    log.error(what, { error });
    process.exit(1);
  };
  process.on('uncaughtException', fatal('uncaught exception'));
  process.on('unhandledRejection', fatal('unhandled rejection'));
  becomeSubreaper();
  using _orphans = reapOrphans();
  using _memory = giveMemoryBackAtRest({ clock: systemClock });
  const machine = startMachine({
    paths,
    log,
    redactor,
    build,
    runnerCommand: (provider) => programCommand(`runner-${providerFamily(provider)}`, self),
    ptyHostCommand: () => [
      ...programCommand('pty-host', self),
      '--data-dir',
      paths.dataDir,
      '--config-dir',
      paths.configDir,
    ],
    team: teamTools(self),
    onMoved: (moved) => {
      runtimeDir = moved;
      held.describe({ runtimeDir, build });
    },
    ...overrides,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void machine.close(signal));
  log.info('the machine is ready', { pid: process.pid, build, dataDir: paths.dataDir });
  await machine.closed;
  removeIfEmpty(runtimeDir); // before the lock is free: the next machine makes its own
  log.info('the machine has ended');
  held.release();
  return 0;
}

function removeIfEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Something lies in it, or it is gone already: either way it is left as it is.
  }
}
