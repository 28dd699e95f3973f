import { TailRing } from '@agor/runtime';

/** Output beyond this is not read. */
const MAX_BYTES = 16 * 1024 * 1024;
/** What is kept of git's own words. */
const MAX_WORDS_BYTES = 16 * 1024;

/** By these git would be led to another repository than the one it is asked about (`git rev-parse --local-env-vars`). */
const REPOSITORY_VARIABLES: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  /** The end of what git said on stderr. */
  readonly words: string;
  /** There was more than was to be read. */
  readonly isCut: boolean;
}

export interface GitOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly stdin?: string;
  readonly maxBytes?: number;
  /** Besides this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Asks git, taking no lock and running no program that a repository's own config names. Null when there is no git. Git is ended when the signal
 * aborts or enough was read; then the signal's reason is thrown.
 */
export async function askGit(args: readonly string[], options: GitOptions): Promise<GitOutput | null> {
  const { cwd, signal, stdin, env, maxBytes = MAX_BYTES } = options;
  if (!Bun.which('git')) return null;
  signal.throwIfAborted();
  const git = Bun.spawn(['git', '-c', 'core.fsmonitor=false', ...args], {
    cwd,
    env: { ...ownEnvironment(), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', ...env },
    stdin: stdin === undefined ? 'ignore' : Buffer.from(stdin),
    stdout: 'pipe',
    stderr: 'pipe',
    signal,
    killSignal: 'SIGKILL',
  });
  const words = lastWords(git.stderr);
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
  return { code, stdout: Buffer.concat(chunks), words: await words, isCut };
}

function ownEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !REPOSITORY_VARIABLES.has(name)));
}

async function lastWords(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const tail = new TailRing(MAX_WORDS_BYTES);
  for await (const chunk of stderr) tail.push(chunk);
  return tail.text();
}
