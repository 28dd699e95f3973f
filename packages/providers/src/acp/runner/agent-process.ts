import { type Clock, endTree, systemClock, TailRing } from '@agor/runtime';
import { within } from '../../runner/within.ts';
import { TurnCommands } from './turn-commands.ts';

const STDERR_BYTES = 64 * 1024;
const LAST_LINES = 12;
const MAX_LAST_CHARS = 2_000;
/** How long an agent may take to end when its input ends, then after TERM. Together less than the framework's own limit. */
const INPUT_END_MS = 500;
const TERM_MS = 700;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * The agent's process, in a group of its own: npm's wrappers pass no signal on, so whatever it started is ended with it. What it says on
 * stderr is kept for the message that tells why it ended.
 */
export class AgentProcess {
  readonly exited: Promise<Exit>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly commands: TurnCommands;
  readonly #process: Bun.Subprocess<'pipe', 'pipe', 'pipe'>;
  readonly #stderr = new TailRing(STDERR_BYTES);
  readonly #mark: { readonly name: string; readonly value: string };

  /** Throws when the program cannot be started. */
  constructor(
    command: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
    private readonly clock: Clock = systemClock,
  ) {
    // Its own besides the session's, so that an agent that is started anew does not end its successor.
    this.#mark = { name: 'AGOR_ACP_AGENT', value: crypto.randomUUID() };
    this.#process = Bun.spawn([...command], {
      cwd: options.cwd,
      env: { ...options.env, [this.#mark.name]: this.#mark.value },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    });
    this.stdout = this.#process.stdout;
    this.commands = new TurnCommands(this.#process.pid, this.clock);
    void this.#keepErrors();
    this.exited = this.#process.exited.then(() => ({
      code: this.#process.exitCode,
      signal: this.#process.signalCode === null ? null : String(this.#process.signalCode),
    }));
  }

  /** Resolves when there is room for more. One that has ended takes nothing: `exited` tells how. */
  async write(line: string): Promise<void> {
    try {
      this.#process.stdin.write(line);
      await this.#process.stdin.flush();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    }
  }

  /** Its last words on stderr; empty when it had none. */
  lastWords(): string {
    const lines = this.#stderr.lines(LAST_LINES).map((line) => Bun.stripANSI(line).trimEnd());
    return lines.filter(Boolean).join('\n').slice(-MAX_LAST_CHARS);
  }

  /** Ends it and everything it started. Safe to repeat. */
  async end(): Promise<void> {
    try {
      await this.#process.stdin.end();
    } catch {
      // it has ended already
    }
    await within(
      this.clock,
      INPUT_END_MS,
      this.exited.then(() => {}),
    );
    await endTree({ mark: this.#mark, graceMs: TERM_MS, clock: this.clock });
  }

  async #keepErrors(): Promise<void> {
    for await (const chunk of this.#process.stderr) this.#stderr.push(chunk);
  }
}
