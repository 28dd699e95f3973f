import { type Line, LineSplitter } from '@agor/runtime';
import { killGroup } from '../kill.ts';
import { InstallFailed, readNpmFailure } from './errors.ts';

/** A large package over a slow line takes minutes; beyond this it hangs. */
const NPM_LIMIT_MS = 30 * 60_000;
/** How much of npm's words an error carries. */
const KEPT_LINES = 15;
const MAX_LINE_BYTES = 16_384;

export interface NpmRun {
  readonly spec: string;
  /** An empty folder; becomes npm's prefix. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly onLine: (line: string) => void;
}

/** `npm install` of one exact package into a folder, without its scripts. Throws `InstallFailed`. */
export async function runNpm({ spec, dir, env, signal, onLine }: NpmRun): Promise<void> {
  const npm = Bun.which('npm', { PATH: env.PATH ?? '' });
  if (!npm) {
    throw new InstallFailed(
      'npm is not on PATH. Install Node.js with npm (Node 20 or newer) and try again.',
      'not_installed',
    );
  }
  const options = ['--prefix', dir, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  // A group of its own: a cancelled npm leaves no child behind.
  const child = Bun.spawn([npm, 'install', ...options, spec], {
    cwd: dir,
    env: { ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  let ended: 'cancelled' | 'late' | null = null;
  const end = (why: 'cancelled' | 'late') => {
    ended ??= why;
    killGroup(child.pid);
  };
  const cancel = () => end('cancelled');
  const limit = setTimeout(() => end('late'), NPM_LIMIT_MS);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    const tail = new Tail(onLine);
    const [code] = await Promise.all([child.exited, tail.follow(child.stdout), tail.follow(child.stderr)]);
    if (ended === 'cancelled') throw new InstallFailed('The installation was cancelled.');
    if (ended === 'late') throw new InstallFailed('npm did not end within 30 minutes.', 'network', tail.lines);
    if (code !== 0) throw readNpmFailure(spec, child.exitCode, tail.lines);
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', cancel);
  }
}

class Tail {
  readonly lines: string[] = [];

  constructor(private readonly onLine: (line: string) => void) {}

  async follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    const splitter = new LineSplitter(MAX_LINE_BYTES);
    for await (const chunk of stream) for (const line of splitter.push(chunk)) this.#keep(line);
    const last = splitter.end();
    if (last !== null) this.#keep(last);
  }

  #keep(line: Line): void {
    const text = (typeof line === 'string' ? line : line.head).trimEnd();
    if (text === '') return;
    this.lines.push(text);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    this.onLine(text);
  }
}
