import { type AgorPaths, lockHolder, withRuntimeDir } from '@agor/runtime';

/** A machine may have been started where XDG_RUNTIME_DIR differs from ours: its lock says where it listens. */
export function controlSocketOf(paths: AgorPaths): string {
  const runtimeDir = lockHolder(paths.machineLock)?.runtimeDir;
  return typeof runtimeDir === 'string' ? withRuntimeDir(paths, runtimeDir).controlSocket : paths.controlSocket;
}
