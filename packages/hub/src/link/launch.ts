import { type AgorPaths, programCommand, spawnDetached } from '@agor/runtime';
import { machineEnvironment } from './machine-environment.ts';

/** A machine program that was started; whether it is *the* machine shows on its socket. */
export interface Launched {
  readonly pid: number;
  readonly exited: Promise<number>;
}

/** Starts a machine for this data folder, detached from us. Throws when the program cannot be started. */
export function launchMachine(paths: AgorPaths): Launched {
  return spawnDetached(programCommand('machine', import.meta), {
    env: machineEnvironment(process.env, paths),
    logFile: paths.machineLog,
  });
}
