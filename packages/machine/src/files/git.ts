/** Output beyond this is not read. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  /** There was more than was to be read. */
  readonly isCut: boolean;
}

export interface GitOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly stdin?: string;
  readonly maxBytes?: number;
}

/**
 * Asks git, taking no lock and running no program that a repository's own config names. Null when there is no git. Git is ended when the signal
 * aborts or enough was read; then the signal's reason is thrown.
 */
export async function askGit(args: readonly string[], options: GitOptions): Promise<GitOutput | null> {
  const { cwd, signal, stdin, maxBytes = MAX_BYTES } = options;
  if (!Bun.which('git')) return null;
  signal.throwIfAborted();
  const git = Bun.spawn(['git', '-c', 'core.fsmonitor=false', ...args], {
    cwd,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
    stdin: stdin === undefined ? 'ignore' : Buffer.from(stdin),
    stdout: 'pipe',
    stderr: 'ignore',
    signal,
    killSignal: 'SIGKILL',
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isCut = false;
  for await (const chunk of git.stdout) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes <= maxBytes) continue;
    isCut = true;
    git.kill('SIGKILL');
    break;
  }
  const code = await git.exited;
  signal.throwIfAborted();
  return { code, stdout: Buffer.concat(chunks), isCut };
}
