import type { Logger } from '@agor/runtime';

/** A shell whose start files take longer is not waited for. In ms. */
const LIMIT_MS = 3_000;
/** More than any environment; an endless one is cut. */
const MAX_BYTES = 4 * 1024 * 1024;
/** What a shell sets for itself, and means nothing to another process. */
const OF_THE_SHELL = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL']);

type Env = Record<string, string>;

/**
 * The environment that the person's login shell sets up: what they would have in a fresh terminal, wherever agor was
 * started from (architecture §5.8). Falls back to our own when the shell fails or takes too long. Never holds variables of agor.
 */
export async function loginEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  logger: Logger,
  limitMs: number = LIMIT_MS,
): Promise<Env> {
  const fallback = cleaned(Object.entries(own).filter((pair): pair is [string, string] => pair[1] !== undefined));
  const shell = own.SHELL || '/bin/sh';
  try {
    const text = await runShell(shell, fallback, limitMs);
    const captured = parse(text);
    if (captured.PATH !== undefined) return { ...captured, PATH: joinedPath(captured.PATH, own.PATH) };
    logger.warn('the login shell gave no environment; agents get the one that agor was started with', { shell });
  } catch (error) {
    logger.warn('the login shell could not be asked; agents get the environment that agor was started with', {
      shell,
      error,
    });
  }
  return fallback;
}

/** The login shell's PATH, and after it what only the shell that started agor has: a program that the person can call there is found. */
function joinedPath(login: string, own: string | undefined): string {
  return [...new Set([...login.split(':'), ...(own ?? '').split(':')].filter(Boolean))].join(':');
}

async function runShell(shell: string, env: Env, limitMs: number): Promise<string> {
  const child = Bun.spawn([shell, '-l', '-c', 'env -0'], {
    cwd: env.HOME || '/',
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_BYTES,
  });
  const { promise: late, reject } = Promise.withResolvers<never>();
  // A background process of a start file may hold the pipe open beyond the shell's end.
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([new Response(child.stdout).text(), late]);
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    child.unref();
  }
}

/** Start files may print: what is no `NAME=value` is theirs, and stands before the first variable. */
function parse(text: string): Env {
  const pairs = text.split('\0').flatMap((line): [string, string][] => {
    const found = /(?:^|\n)([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(line);
    return found ? [[found[1] ?? '', found[2] ?? '']] : [];
  });
  return cleaned(pairs);
}

function cleaned(pairs: readonly (readonly [string, string])[]): Env {
  return Object.fromEntries(pairs.filter(([name]) => !name.startsWith('AGOR_') && !OF_THE_SHELL.has(name)));
}
