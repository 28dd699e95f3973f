import { existsSync, statSync } from 'node:fs';
import type { ErrorClass, RunOptions } from '@agor/protocol';
import type { AgentContext } from '../../runner/index.ts';
import { overridesOf } from '../config-overrides.ts';

/** The provider of models that is used for a key of the environment, when nobody is signed in. */
export const KEY_PROVIDER = 'agor-openai-key';
const OPENAI_URL = 'https://api.openai.com/v1';
const INSTALL = 'Install it with `agor providers install codex`, or set its path in the settings.';
/** How much of what the program said last on stderr is kept for the words about its end. */
const TAIL_CHARS = 2_000;

export interface StartProblem {
  readonly message: string;
  readonly class: ErrorClass;
}

/** Why the program can't be started, where that can be seen before. Null when nothing speaks against it. */
export function startProblem({ cwd, command }: Pick<RunOptions, 'cwd' | 'command'>): StartProblem | null {
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    return { message: `The folder ${cwd} is missing.`, class: 'unknown' };
  const program = command?.[0];
  if (program === undefined) return { message: `Codex is not installed. ${INSTALL}`, class: 'not_installed' };
  if (Bun.which(program) !== null) return null;
  const what = existsSync(program) ? `${program} is no program that may be run` : `there is no ${program}`;
  return { message: `Codex is not installed: ${what}. ${INSTALL}`, class: 'not_installed' };
}

/** Nobody is signed in: tells so, and how to. */
export function tellSignedOut(ctx: Pick<AgentContext, 'fail'>, { command }: RunOptions): Error {
  const hint = `Run \`${command?.[0] ?? 'codex'} login\` in a terminal, or set OPENAI_API_KEY.`;
  const error = new Error(`Codex is not signed in. ${hint}`);
  ctx.fail(error, 'auth');
  return error;
}

/** The variable of the environment that holds a key for OpenAI's API, if there is one. Codex's app server reads none by itself. */
export function keyVariable(env: Readonly<Record<string, string | undefined>>): string | null {
  return ['CODEX_API_KEY', 'OPENAI_API_KEY'].find((name) => env[name]) ?? null;
}

/** The command line of the app server; no secret stands in it. */
export function commandLine(
  command: readonly string[],
  config: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const key = keyVariable(env);
  const own =
    key === null
      ? {}
      : {
          [`model_providers.${KEY_PROVIDER}`]: {
            name: 'OpenAI',
            base_url: env.OPENAI_BASE_URL || OPENAI_URL,
            env_key: key,
            wire_api: 'responses',
          },
        };
  return [...command, 'app-server', ...overridesOf({ ...own, ...config }).args];
}

/** The app server's process. */
export class Server {
  readonly #child: Bun.Subprocess<'pipe', 'pipe', 'pipe'>;
  #tail = '';
  readonly exited: Promise<number>;

  constructor(options: RunOptions) {
    // It stays in our process group and session, so that whoever ends us ends it too.
    this.#child = Bun.spawn(commandLine(options.command ?? [], options.providerConfig, process.env), {
      cwd: options.cwd,
      env: { ...process.env },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.exited = this.#child.exited;
    void this.#followErrors();
  }

  get pid(): number {
    return this.#child.pid;
  }

  get output(): AsyncIterable<Uint8Array> {
    return this.#child.stdout;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get signal(): string | number | null {
    return this.#child.signalCode;
  }

  write(line: string): void {
    try {
      this.#child.stdin.write(line);
      this.#child.stdin.flush();
    } catch (error) {
      // It has ended: the end of its output tells so in better words.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    }
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** How it ended, in words. */
  endInWords(): Error {
    if (this.signal !== null) return new Error(`Codex was ended by ${this.signal}.`);
    const said = this.#tail.trim().split('\n').slice(-5).join('\n');
    return new Error(`Codex ended with exit code ${this.exitCode ?? 'unknown'}${said ? `:\n${said}` : '.'}`);
  }

  async #followErrors(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stderr) {
      process.stderr.write(chunk);
      this.#tail = (this.#tail + decoder.decode(chunk, { stream: true })).slice(-TAIL_CHARS);
    }
  }
}
