import { statSync } from 'node:fs';
import { landlockAbi } from './ffi.ts';

/** What this system offers to confine a process with. */
export interface SandboxProbe {
  /** The version of the kernel's Landlock; null when it has none. */
  readonly landlockAbi: number | null;
  /** The program `bwrap`, when it is there and really makes a mount namespace. */
  readonly bubblewrap: string | null;
  /** Why bubblewrap can't be used, in words for the person; null when it can. */
  readonly bubblewrapProblem: string | null;
}

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';
const TRIAL_MS = 5_000;
const INSTALL = 'install it (Debian, Ubuntu: `sudo apt install bubblewrap`; Fedora: `sudo dnf install bubblewrap`)';

/** Only a success is kept: what is missing may be installed at any time. */
let proved: { readonly path: string; readonly mtimeMs: number } | null = null;

/** Looks what is there; bubblewrap counts only when a trial run works, for many systems forbid what it needs. */
export async function probeSandbox(): Promise<SandboxProbe> {
  if (process.platform !== 'linux') {
    return { landlockAbi: null, bubblewrap: null, bubblewrapProblem: 'it exists only on Linux' };
  }
  const abi = landlockAbi();
  const path = Bun.which('bwrap', { PATH: `${process.env.PATH ?? ''}:${SYSTEM_PATH}` });
  if (path === null) {
    return { landlockAbi: abi, bubblewrap: null, bubblewrapProblem: `bubblewrap is not installed: ${INSTALL}` };
  }
  const problem = await trial(path);
  return { landlockAbi: abi, bubblewrap: problem === null ? path : null, bubblewrapProblem: problem };
}

/** Null when it works. */
async function trial(path: string): Promise<string | null> {
  const { mtimeMs } = statSync(path);
  if (proved?.path === path && proved.mtimeMs === mtimeMs) return null;
  const args = ['--ro-bind', '/', '/', '--dev', '/dev', '--ro-bind', '/proc', '/proc', '--tmpfs', '/tmp'];
  const child = Bun.spawn([path, ...args, '--', path, '--version'], {
    cwd: '/',
    env: { PATH: SYSTEM_PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: TRIAL_MS,
    killSignal: 'SIGKILL',
  });
  const [said, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  if (code === 0) {
    proved = { path, mtimeMs };
    return null;
  }
  const words = said.trim().split('\n').at(-1) || `it ended with code ${code}`;
  return `bubblewrap is installed, but this system does not let it work (${words}). Ubuntu 24.04 and later need an AppArmor profile for it, or \`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\`; in a container, user namespaces must be allowed`;
}
