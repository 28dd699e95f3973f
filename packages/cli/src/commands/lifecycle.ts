import { CommandId, newId } from '@agor/protocol';
import { type AgorPaths, delay, isAlive, lockHolder, systemClock } from '@agor/runtime';
import { ensureHub, findHub } from '../ensure-hub.ts';
import { Failure } from '../failure.ts';
import { openInBrowser } from '../open-browser.ts';

/** A machine ends every tree with a grace of 3 s each, all at once; then its journal is closed. */
const SHUTDOWN_LIMIT_MS = 30_000;

/** `agor`: the hub in the background, and the face in the browser where there is one. */
export async function start(paths: AgorPaths, options: { browser: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const url = `${hub.info.url.replace(/\/$/, '')}/#token=${hub.info.token}`;
  const opened = options.browser && openInBrowser(url);
  process.stdout.write(`agor is running: ${url}\n`);
  if (!opened) process.stdout.write('Open this address in a browser on this computer.\n');
  const agor = Bun.which('agor') ? 'agor' : 'npx agor';
  process.stdout.write(`It goes on in the background; \`${agor} shutdown\` ends it with all agents.\n`);
}

/** `agor shutdown`: ends agents, terminals, machine and hub; works as well when no hub runs. */
export async function shutdown(paths: AgorPaths): Promise<void> {
  const hubHolder = lockHolder(paths.hubLock);
  const machineHolder = lockHolder(paths.machineLock);
  {
    using hub = await findHub(paths);
    if (hub) await hub.client.misc.shutdown({ commandId: newId(CommandId) });
    else if (machineHolder) process.kill(machineHolder.pid, 'SIGTERM');
  }
  const left = [hubHolder, machineHolder].filter((holder) => holder !== null);
  if (left.length === 0) return void process.stdout.write('agor was not running.\n');
  const deadline = systemClock.monotonic() + SHUTDOWN_LIMIT_MS;
  while (left.some((holder) => isAlive(holder))) {
    if (systemClock.monotonic() > deadline)
      throw new Failure(`agor has not ended within 30 s; see ${paths.machineLog}`);
    await delay(systemClock, 50);
  }
  process.stdout.write('agor has ended.\n');
}
