export { type Clock, delay, systemClock, type Timer } from './clock.ts';
export { becomeSubreaper, reap, SystemCallError, setsid, setTerminalPaused, signalOnParentDeath } from './ffi.ts';
export { type EndOptions, type EndReport, endTree } from './kill-tree.ts';
export { acquireLock, type FileLock, type LockHeld } from './lock.ts';
export { type AgorPaths, ensureDirs, ensurePrivateDir, PathError, type PathOverrides, resolvePaths } from './paths.ts';
export {
  bootId,
  descendantsOf,
  isAlive,
  isZombie,
  listProcesses,
  type ProcessInfo,
  type ProcessRef,
  processesWithEnv,
  processRef,
  processStartTime,
} from './process-table.ts';
export { buildId, type ProgramName, programCommand, webRoot } from './programs.ts';
export { type Err, err, type Ok, ok, type Result } from './result.ts';
export {
  checkpoint,
  Database,
  DatabaseError,
  type Migration,
  migrate,
  type OpenOptions,
  openDatabase,
  schemaVersion,
} from './sqlite.ts';
