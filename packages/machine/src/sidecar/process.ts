import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { ToRunner } from '@agor/protocol';
import { type Clock, type ProcessRef, processRef, type SecretRedactor, TailRing } from '@agor/runtime';
import { STDERR_BYTES, STDERR_TAIL_CHARS, WRITE_MS } from './limits.ts';
import { redactText } from './redact-text.ts';

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface SpawnRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Knows more secrets than the environment has. */
  readonly redactor?: SecretRedactor;
  /** Given to the process as 3, 4…; closed here in any case. Where there are some, the command is a launcher that speaks for the runner. */
  readonly descriptors?: readonly number[];
}

/** A runner's process: leader of a session and group of its own, so that its tree can be told from ours. Throws when it cannot be started. */
export class RunnerProcess {
  readonly ref: ProcessRef & { readonly bootId: string };
  readonly exited: Promise<ProcessExit>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly #child: Bun.Subprocess<'pipe', 'pipe', 'pipe'>;
  readonly #stderr = new TailRing(STDERR_BYTES);
  readonly #env: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #redactor: SecretRedactor | undefined;

  constructor({ command, cwd, env, clock, redactor, descriptors = [] }: SpawnRequest) {
    this.#redactor = redactor;
    this.#env = env;
    this.#clock = clock;
    const child = spawn(command, { cwd, env, descriptors });
    this.#child = child;
    const ref = processRef(child.pid);
    // Bun reaps only when its loop turns, so that even a dead child still has its entry here.
    if (ref?.bootId === undefined) throw new Error('the process ended before it could be looked at');
    this.ref = { ...ref, bootId: ref.bootId };
    this.stdout = child.stdout;
    this.exited = child.exited.then(() => exitOf(child, descriptors.length > 0));
    void this.#readStderr(child.stderr);
  }

  /** Resolves when the runner's pipe took the line. Rejects when the runner is gone, or left its stdin unread for WRITE_MS. */
  async write(line: ToRunner): Promise<void> {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
    const flushed = this.#child.stdin.flush();
    if (typeof flushed === 'number') return;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = this.#clock.setTimeout(
      () => reject(new Error(`the runner read nothing for ${WRITE_MS / 1000} s`)),
      WRITE_MS,
    );
    try {
      await Promise.race([flushed, late]);
    } finally {
      timer.cancel();
    }
  }

  /** A runner ends itself at its stdin's end. */
  endStdin(): void {
    // Rejects when the runner is gone already, which is what is wanted.
    Promise.resolve(this.#child.stdin.end()).catch(() => undefined);
  }

  /** The last of what it said to people, without secrets that we gave it. */
  stderrTail(): string | undefined {
    const said = this.#stderr.text();
    const text = redactText(this.#redactor?.text(said) ?? said, this.#env).trimEnd();
    return text === '' ? undefined : text.slice(-STDERR_TAIL_CHARS);
  }

  async #readStderr(stderr: ReadableStream<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of stderr) this.#stderr.push(chunk);
    } catch {
      // The pipe broke: what was read until then is all there is.
    }
  }
}

function spawn(
  command: readonly string[],
  { cwd, env, descriptors }: Required<Pick<SpawnRequest, 'cwd' | 'env' | 'descriptors'>>,
): Bun.Subprocess<'pipe', 'pipe', 'pipe'> {
  try {
    return Bun.spawn([...command], {
      cwd,
      env: { ...env },
      stdio: ['pipe', 'pipe', 'pipe', ...descriptors],
      detached: true, // setsid(2) in the child
    });
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

const SIGNALS = new Map<number, string>(Object.entries(constants.signals).map(([name, number]) => [number, name]));
/** How a launcher tells, as a shell does, that the program it waited for was ended by a signal. */
const SIGNALLED = 128;

function exitOf(child: Bun.Subprocess, byLauncher: boolean): ProcessExit {
  const { signalCode, exitCode } = child;
  const told = byLauncher && exitCode !== null ? SIGNALS.get(exitCode - SIGNALLED) : undefined;
  if (told !== undefined) return { code: null, signal: told };
  return signalCode === null ? { code: child.exitCode, signal: null } : { code: null, signal: String(signalCode) };
}
