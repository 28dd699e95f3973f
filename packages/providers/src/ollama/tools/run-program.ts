/** Output beyond this is let go, and the program ended. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const LIMIT_MS = 30_000;

export interface ProgramOutput {
  readonly text: string;
  readonly errors: string;
  /** Null: it could not be started, or was ended at a limit. */
  readonly exitCode: number | null;
  /** It said more than is kept. */
  readonly cut: boolean;
}

/** Runs a small program of our own choice, without a shell, and takes what it prints. Rejects when the signal aborts. */
export async function output(
  command: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly signal: AbortSignal; readonly env: Record<string, string | undefined> },
): Promise<ProgramOutput> {
  const { cwd, signal, env } = options;
  signal.throwIfAborted();
  const [name] = command;
  const program = Bun.which(name, { PATH: env.PATH ?? '' });
  if (!program) return { text: '', errors: `there is no program ${name}`, exitCode: null, cut: false };
  const child = Bun.spawn([program, ...command.slice(1)], {
    cwd,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    killSignal: 'SIGKILL',
  });
  const [out, errors] = await Promise.all([
    bounded(child.stdout, () => child.kill('SIGKILL')),
    bounded(child.stderr, () => child.kill('SIGKILL')),
  ]);
  await child.exited;
  signal.throwIfAborted();
  return { text: out.text, errors: errors.text, exitCode: child.exitCode, cut: out.cut };
}

async function bounded(stream: ReadableStream<Uint8Array>, full: () => void) {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let cut = false;
  for await (const chunk of stream) {
    if (cut) continue;
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < MAX_OUTPUT_BYTES) continue;
    cut = true;
    full();
  }
  return { text: Buffer.concat(chunks).toString('utf8'), cut };
}

/** git asks nobody and takes no locks. */
export function gitEnvironment(): Record<string, string | undefined> {
  return { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}
