import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The CLI that belongs to the Agent SDK version in our lockfile. */
export const CLAUDE_CLI_VERSION = '2.1.330';
const SDK_VERSION = '0.3.330';

/** An install takes seconds to a minute; a lock older than this was left by a killed process. */
const LOCK_STALE_MS = 10 * 60_000;

/** `linux-x64`, `darwin-arm64`, `linux-x64-musl` …, as the SDK's platform packages are called. */
function platformName(): string {
  const musl = process.platform === 'linux' && existsSync('/etc/alpine-release') ? '-musl' : '';
  return `${process.platform}-${process.arch}${musl}`;
}

/**
 * The path of the real Claude CLI: in AGOR_PROVIDERS_DIR, or in .cache/providers of the repository, under
 * `claude/<version>`. Installs it with npm when it is missing (0.4 GB; one install also when many tests start at once).
 * Throws with npm's output when that fails: a test that needs the CLI must fail then, not be skipped.
 */
export async function claudeCli(): Promise<string> {
  const root = process.env.AGOR_PROVIDERS_DIR || resolve(import.meta.dir, '../../.cache/providers');
  const home = join(root, 'claude', CLAUDE_CLI_VERSION);
  const binary = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const path = join(home, 'node_modules/@anthropic-ai', `claude-agent-sdk-${platformName()}`, binary);
  if (!existsSync(path)) await installOnce(home, path);
  return path;
}

/** Installs beside the final folder and renames it into place, so that a half install is never seen. */
async function installOnce(home: string, path: string): Promise<void> {
  const lock = `${home}.lock`;
  mkdirSync(resolve(home, '..'), { recursive: true });
  // Ends: the owner installs or fails and removes its lock, or the lock goes stale.
  while (!tryLock(lock)) {
    await Bun.sleep(200);
    if (existsSync(path)) return;
  }
  try {
    if (existsSync(path)) return;
    const staging = `${home}.staging`;
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true });
    await npmInstall(staging, `@anthropic-ai/claude-agent-sdk-${platformName()}@${SDK_VERSION}`);
    rmSync(home, { recursive: true, force: true });
    renameSync(staging, home);
    if (!existsSync(path)) throw new Error(`npm installed the Claude CLI, but there is no ${path}`);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** A folder as lock: making one is atomic everywhere. */
function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

async function npmInstall(prefix: string, spec: string): Promise<void> {
  const command = [
    'npm',
    'install',
    '--prefix',
    prefix,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    spec,
  ];
  const npm = Bun.spawn(command, { cwd: prefix, stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([
    new Response(npm.stdout).text(),
    new Response(npm.stderr).text(),
    npm.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(' ')} failed with ${code}:\n${out}${err}`);
}
