import { basename } from 'node:path';
import { type AgorPaths, type LockHolder, lockHolder, withRuntimeDir } from '@agor/runtime';
import type { Finding } from './finding.ts';

/** A program of this computer that is well takes a connection at once. In ms. */
const CONNECT_MS = 2_000;

/** Whether the machine runs, and whether its sockets can be connected to, where its lock says that they are. */
export async function machineFindings(paths: AgorPaths, hubRuns: boolean): Promise<Finding[]> {
  const machine = lockHolder(paths.machineLock);
  if (!machine)
    return [{ name: 'machine', state: hubRuns ? 'bad' : 'good', detail: `does not run; its log: ${paths.machineLog}` }];
  return [{ name: 'machine', state: 'good', detail: `runs, pid ${machine.pid}` }, await sockets(paths, machine)];
}

async function sockets(paths: AgorPaths, { runtimeDir }: LockHolder): Promise<Finding> {
  const name = 'sockets';
  const place = typeof runtimeDir === 'string' ? withRuntimeDir(paths, runtimeDir) : paths;
  const all = [place.controlSocket, place.agentSocket, place.ptySocket];
  const reached = await Promise.all(all.map(isReachable));
  const lost = all.filter((_, i) => !reached[i]);
  if (lost.length === 0) return { name, state: 'good', detail: `reachable in ${place.runtimeDir}` };
  const what = lost.map((path) => basename(path)).join(', ');
  const detail = `${what} in ${place.runtimeDir} cannot be connected to; the machine binds them again within seconds, else see ${paths.machineLog}`;
  return { name, state: lost.length === all.length ? 'bad' : 'warn', detail };
}

export async function isReachable(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const limit = setTimeout(() => resolve(false), CONNECT_MS);
  Bun.connect({ unix: path, socket: { open: (socket) => void socket.end(), data() {}, error() {} } }).then(
    () => resolve(true),
    () => resolve(false), // nobody listens, or there is no such file
  );
  return promise.finally(() => clearTimeout(limit));
}
