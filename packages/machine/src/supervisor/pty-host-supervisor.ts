import { type Clock, endTree, type Logger, type ProcessRef, processRef, type Timer } from '@agor/runtime';
import { MARK_VARIABLE } from '../environment/index.ts';

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;
/** One that lived so long did not die of its start. */
const STEADY_MS = 60_000;

export interface SupervisorDeps {
  /** The program's command. Throws when there is no such program. */
  readonly command: () => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** The data folder's mark. */
  readonly mark: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps the pty host running: a child of the machine that holds the terminals, so that their floods delay no agent. */
export class PtyHostSupervisor {
  readonly #deps: SupervisorDeps;
  #child: Bun.Subprocess<'pipe', Bun.BunFile, Bun.BunFile> | null = null;
  #ref: ProcessRef | null = null;
  #delayMs = FIRST_DELAY_MS;
  #timer: Timer | null = null;
  #closed = false;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
  }

  /** Whether there is one now. */
  get isRunning(): boolean {
    return this.#child !== null;
  }

  get process(): ProcessRef | null {
    return this.#ref;
  }

  start(): void {
    const { clock, env, log, logFile } = this.#deps;
    const startedAt = clock.monotonic();
    try {
      const child = Bun.spawn([...this.#deps.command()], {
        cwd: '/',
        env: { ...env, [MARK_VARIABLE]: this.#deps.mark },
        stdin: 'pipe', // its end tells the pty host that we are gone
        stdout: Bun.file(logFile),
        stderr: Bun.file(logFile),
        detached: true,
      });
      this.#child = child;
      this.#ref = processRef(child.pid);
      void child.exited.then(() => this.#onExit(child, clock.monotonic() - startedAt));
    } catch (error) {
      // Without its program there are no terminals; agents work all the same.
      log.error('the pty host cannot be started: there will be no terminals', { error });
    }
  }

  /** Ends it with all terminals. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const root = this.#ref;
    if (!this.#child || root === null) return;
    void this.#child.stdin.end();
    await endTree({ root, mark: { name: MARK_VARIABLE, value: this.#deps.mark }, clock: this.#deps.clock });
  }

  #onExit(child: Bun.Subprocess, livedMs: number): void {
    this.#child = null;
    this.#ref = null;
    if (this.#closed) return;
    this.#delayMs = livedMs >= STEADY_MS ? FIRST_DELAY_MS : Math.min(this.#delayMs * 2, MAX_DELAY_MS);
    this.#deps.log.error('the pty host ended; it is started again', {
      code: child.exitCode,
      signal: child.signalCode,
      inMs: this.#delayMs,
    });
    this.#timer = this.#deps.clock.setTimeout(() => this.start(), this.#delayMs);
  }
}
