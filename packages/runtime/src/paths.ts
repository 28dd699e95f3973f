import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** Where everything of one agor instance lives. One instance = one data folder. */
export interface AgorPaths {
  readonly dataDir: string;
  readonly configDir: string;
  /** Holds the Unix sockets only: private to the user and short. */
  readonly runtimeDir: string;
  readonly providersDir: string;
  /** Beside the data folder, not in it: agents work there, and a sandbox hides that folder from them. */
  readonly worktreesDir: string;
  readonly blobsDir: string;
  readonly machineDir: string;
  readonly logsDir: string;

  readonly sessionsDb: string;
  /** What agents say to each other and work on. */
  readonly teamDb: string;
  /** The full-text index: made from the others, and made anew from them when it is damaged. */
  readonly searchDb: string;
  readonly journalDb: string;
  readonly groupsFile: string;

  readonly hubLock: string;
  readonly machineLock: string;
  /** `hub.json`, mode 0600: url, token, pid and machinePid of the running hub. */
  readonly hubInfoFile: string;
  readonly tokenFile: string;
  readonly machineSecretFile: string;
  readonly hubLog: string;
  readonly machineLog: string;

  readonly controlSocket: string;
  readonly agentSocket: string;
  readonly ptySocket: string;
}

/** What the command line gave; stronger than any environment variable. */
export interface PathOverrides {
  readonly dataDir?: string | undefined;
  readonly configDir?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Linux allows 107 bytes in `sun_path`, macOS 103; the rest is room for a suffix. */
const MAX_SOCKET_PATH_BYTES = 100;

/** A folder of agor's cannot be used as it is. The message says what to do. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

/**
 * Decides all paths. Strongest first: `overrides`; with AGOR_TEST=1 AGOR_TEST_DATA_DIR and AGOR_TEST_CONFIG_DIR; AGOR_DATA_DIR and
 * AGOR_CONFIG_DIR; XDG_DATA_HOME and XDG_CONFIG_HOME; the home folder. Creates nothing. Throws `PathError` when a socket path would be too long.
 */
export function resolvePaths(env: Env = process.env, overrides: PathOverrides = {}): AgorPaths {
  const home = env.HOME || homedir();
  const test = env.AGOR_TEST === '1';
  const dataDir = realpathOfExistingPart(
    overrides.dataDir ||
      (test && env.AGOR_TEST_DATA_DIR) ||
      env.AGOR_DATA_DIR ||
      join(absolute(env.XDG_DATA_HOME) ?? join(home, '.local', 'share'), 'agor'),
  );
  const configDir = resolve(
    overrides.configDir ||
      (test && env.AGOR_TEST_CONFIG_DIR) ||
      env.AGOR_CONFIG_DIR ||
      join(absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config'), 'agor'),
  );
  const runtimeDir = runtimeDirFor(dataDir, env);
  const machineDir = join(dataDir, 'machine');
  const logsDir = join(dataDir, 'logs');
  return {
    dataDir,
    configDir,
    runtimeDir,
    providersDir: resolve(env.AGOR_PROVIDERS_DIR || join(dataDir, 'providers')),
    worktreesDir: `${dataDir}-worktrees`,
    blobsDir: join(dataDir, 'blobs'),
    machineDir,
    logsDir,
    sessionsDb: join(dataDir, 'sessions.db'),
    teamDb: join(dataDir, 'btmsg.db'),
    searchDb: join(dataDir, 'search.db'),
    journalDb: join(machineDir, 'journal.db'),
    groupsFile: join(configDir, 'groups.json'),
    hubLock: join(dataDir, 'hub.lock'),
    machineLock: join(machineDir, 'machine.lock'),
    hubInfoFile: join(dataDir, 'hub.json'),
    tokenFile: join(dataDir, 'token'),
    machineSecretFile: join(machineDir, 'secret'),
    hubLog: join(logsDir, 'hub.log'),
    machineLog: join(logsDir, 'machine.log'),
    ...socketsIn(runtimeDir),
  };
}

/**
 * The same instance with its sockets elsewhere. A machine may have been started where XDG_RUNTIME_DIR is set and be sought where it is not
 * (a desktop and a cron job): so it writes its runtime folder into its lock, and who seeks it asks there first.
 */
export function withRuntimeDir(paths: AgorPaths, runtimeDir: string): AgorPaths {
  return { ...paths, runtimeDir, ...socketsIn(runtimeDir) };
}

/**
 * The same instance with a runtime folder that can be used: its own, made anew if it vanished (a logout removes XDG_RUNTIME_DIR with all that
 * is in it), else the one below /tmp. Throws `PathError` when that cannot be used either.
 */
export function withUsableRuntimeDir(paths: AgorPaths): AgorPaths {
  try {
    ensurePrivateDir(paths.runtimeDir);
    return paths;
  } catch {
    // Not ours to make any more; the reason does not matter, for there is another place.
    const elsewhere = withRuntimeDir(paths, commonRuntimeDir(paths.dataDir));
    ensurePrivateDir(elsewhere.runtimeDir);
    return elsewhere;
  }
}

function socketsIn(runtimeDir: string): Pick<AgorPaths, 'controlSocket' | 'agentSocket' | 'ptySocket'> {
  return {
    controlSocket: socketPath(runtimeDir, 'control.sock'),
    agentSocket: socketPath(runtimeDir, 'agent.sock'),
    ptySocket: socketPath(runtimeDir, 'pty.sock'),
  };
}

/**
 * Creates the folders, private to the user (0700). Throws `PathError` when the runtime folder is a symlink or belongs to someone else:
 * under /tmp another user could have made it first, to read our sockets.
 */
export function ensureDirs(paths: AgorPaths): void {
  for (const dir of [paths.dataDir, paths.configDir, paths.machineDir, paths.logsDir, paths.blobsDir]) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
  ensurePrivateDir(paths.runtimeDir);
}

/** Creates `dir` with mode 0700, or checks that it is a real folder of this user's and closes it to others. */
export function ensurePrivateDir(dir: string): void {
  // Recursive, so that an existing folder is no error; the check below decides about it.
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir);
  if (!stat.isDirectory()) {
    throw new PathError(`${dir} is not a folder (a link or a file is in its place). Remove it and start agor again.`);
  }
  const uid = process.getuid?.() ?? stat.uid;
  if (stat.uid !== uid) {
    throw new PathError(
      `${dir} belongs to user ${stat.uid}, not to you (${uid}). Remove it, or set XDG_RUNTIME_DIR to a folder of your own.`,
    );
  }
  if ((stat.mode & 0o077) !== 0) chmodSync(dir, 0o700);
}

function runtimeDirFor(dataDir: string, env: Env): string {
  const xdg = absolute(env.XDG_RUNTIME_DIR);
  return xdg && isDirectory(xdg) ? join(xdg, `agor-${instanceId(dataDir)}`) : commonRuntimeDir(dataDir);
}

function commonRuntimeDir(dataDir: string): string {
  // Not TMPDIR: it differs between shells, and hub and machine must find each other.
  const tmp = process.platform === 'win32' ? tmpdir() : '/tmp';
  return join(tmp, `agor-${process.getuid?.() ?? 0}-${instanceId(dataDir)}`);
}

function instanceId(dataDir: string): string {
  return new Bun.CryptoHasher('sha256').update(dataDir).digest('hex').slice(0, 10);
}

function socketPath(runtimeDir: string, name: string): string {
  const path = join(runtimeDir, name);
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    throw new PathError(
      `The socket path ${path} has ${bytes} bytes; ${MAX_SOCKET_PATH_BYTES} is the most that works everywhere. Set XDG_RUNTIME_DIR to a shorter folder, or unset it.`,
    );
  }
  return path;
}

/** The same answer before and after the folder was created, or else hub and machine would hash different names. */
function realpathOfExistingPart(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch (error) {
    const parent = dirname(full);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === full) throw error;
    return join(realpathOfExistingPart(parent), basename(full));
  }
}

/** The XDG specification says that a relative value is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path && isAbsolute(path) ? path : undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
