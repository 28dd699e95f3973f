export { writeFileAtomic } from './atomic-file.ts';
export { blobPath, renewBlob } from './blob-path.ts';
export { type Clock, delay, systemClock, type Timer } from './clock.ts';
export {
  becomeSubreaper,
  landlockAbi,
  reap,
  SystemCallError,
  setsid,
  setTerminalPaused,
  signalOnParentDeath,
} from './ffi.ts';
export { readKeyringEntry, removeKeyringEntry, writeKeyringEntry } from './keyring-entry.ts';
export { type EndOptions, type EndReport, endTree } from './kill-tree.ts';
export { acquireLock, type FileLock, type LockHeld, type LockHolder, lockHolder } from './lock.ts';
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogLevel, redact } from './log.ts';
export { isSecretProof, machineSecret, proveSecret, readOrCreate } from './machine-secret.ts';
export { giveMemoryBackAtRest, type MemoryAtRest } from './memory-at-rest.ts';
export { type Line, LineSplitter, type TooLongLine } from './ndjson.ts';
export {
  type AgorPaths,
  ensureDirs,
  ensurePrivateDir,
  PathError,
  type PathOverrides,
  resolvePaths,
  withRuntimeDir,
  withUsableRuntimeDir,
} from './paths.ts';
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
export { buildId, type ProgramName, programCommand, programFile, webRoot } from './programs.ts';
export { reapOrphans } from './reap-orphans.ts';
export { type Err, err, type Ok, ok, type Result } from './result.ts';
export { TailRing } from './ring.ts';
export { probeSandbox, type SandboxProbe } from './sandbox-probe.ts';
export { RedactedStream, SecretRedactor } from './secret-redactor.ts';
export { type ServiceState, secretServiceState } from './secret-service.ts';
export { type DetachedOptions, type DetachedProcess, spawnDetached } from './spawn-detached.ts';
export {
  checkpoint,
  Database,
  DatabaseError,
  damage,
  type Migration,
  migrate,
  type OpenOptions,
  openDatabase,
  schemaVersion,
} from './sqlite.ts';
export { keepFilesPrivate, privately, takeUsersUmask, UMASK_VARIABLE } from './umask.ts';
