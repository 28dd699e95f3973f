import { closeSync, openSync } from 'node:fs';
import {
  type Clock,
  delay,
  type Line,
  LineSplitter,
  type Logger,
  type ProcessRef,
  processRef,
  type Timer,
} from '@agor/runtime';
import { z } from 'zod';
import { MARK_VARIABLE } from '../environment/index.ts';
import { countTerminals } from './count-terminals.ts';

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;
/** One that lived so long did not die of its start. */
const STEADY_MS = 60_000;
/** How long it may take to end its terminals. */
const CLOSE_MS = 5_000;

export interface SupervisorDeps {
  /** The program and its arguments. Throws when there is no such program. */
  readonly command: () => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Takes what it says on stderr. */
  readonly logFile: string;
  /** The data folder's mark. */
  readonly mark: string;
  /** Where it listens until it says otherwise, and the secret with which it is asked. */
  readonly socketPath: string;
  readonly onMoved: () => void;
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const MAX_LINE_BYTES = 4_096;
const Ready = z.object({ ready: z.literal(true), socket: z.string() });

type PtyHostProcess = Bun.Subprocess<'pipe', 'pipe', number>;

/** Keeps the pty host running: a child of the machine that holds the terminals, so that their floods delay no agent. */
export class PtyHostSupervisor {
  readonly #deps: SupervisorDeps;
  #child: PtyHostProcess | null = null;
  #ready = false;
  #socketPath: string;
  #absent = false;
  #delayMs = FIRST_DELAY_MS;
  #timer: Timer | null = null;
  #closed = false;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#socketPath = deps.socketPath;
  }

  /** Whether there is one, or will be in a moment. */
  get isExpected(): boolean {
    return !this.#absent;
  }

  /** Whether it can be connected to now. */
  get isReady(): boolean {
    return this.#ready;
  }

  get process(): ProcessRef | null {
    return this.#child ? processRef(this.#child.pid) : null;
  }

  /** Where it listens now; it moves when its folder vanishes. */
  get socketPath(): string {
    return this.#socketPath;
  }

  /** How many terminals still run. Rejects when the pty host does not say so in time. */
  async terminals(): Promise<number> {
    // One that died took its terminals along, and one that is only being started has none yet.
    if (!this.#child || !this.#ready) return 0;
    return countTerminals({ socketPath: this.#socketPath, secret: this.#deps.secret });
  }

  start(): void {
    if (this.#closed) return;
    const { clock, log } = this.#deps;
    const startedAt = clock.monotonic();
    try {
      const child = this.#spawn();
      this.#child = child;
      void this.#awaitReady(child);
      void child.exited.then(() => this.#onExit(child, clock.monotonic() - startedAt));
    } catch (error) {
      this.#absent = true;
      // Without its program there are no terminals; agents work all the same.
      log.error('the pty host cannot be started: there will be no terminals', { error });
    }
  }

  /** It ends its terminals at its stdin's end. Returns when it is gone, or after CLOSE_MS. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const child = this.#child;
    if (!child) return;
    // Rejects when it is gone already, which is what is wanted.
    Promise.resolve(child.stdin.end()).catch(() => undefined);
    await Promise.race([child.exited, delay(this.#deps.clock, CLOSE_MS)]);
  }

  #spawn(): PtyHostProcess {
    const { command, env, logFile, mark } = this.#deps;
    const stderr = openSync(logFile, 'a', 0o600);
    try {
      return Bun.spawn([...command()], {
        cwd: '/',
        env: { ...env, [MARK_VARIABLE]: mark },
        stdin: 'pipe', // its end tells the pty host that we are gone
        stdout: 'pipe',
        stderr,
        detached: true,
      });
    } finally {
      closeSync(stderr);
    }
  }

  /** It says where its socket is, at its start and whenever that changes. */
  async #awaitReady(child: PtyHostProcess): Promise<void> {
    const lines = new LineSplitter(MAX_LINE_BYTES);
    try {
      for await (const chunk of child.stdout) for (const line of lines.push(chunk)) this.#said(child, line);
    } catch {
      // A broken pipe: its exit tells the rest.
    }
  }

  #said(child: PtyHostProcess, line: Line): void {
    if (this.#child !== child || typeof line !== 'string') return;
    const ready = readReady(line);
    if (!ready) {
      this.#deps.log.warn('the pty host said what was not expected', { head: line.slice(0, 200) });
      return;
    }
    this.#ready = true;
    if (this.#socketPath === ready.socket) return;
    this.#socketPath = ready.socket;
    this.#deps.onMoved();
  }

  #onExit(child: PtyHostProcess, livedMs: number): void {
    this.#child = null;
    this.#ready = false;
    if (this.#closed) return;
    if (livedMs >= STEADY_MS) this.#delayMs = FIRST_DELAY_MS;
    this.#deps.log.error('the pty host ended; it is started again', {
      code: child.exitCode,
      signal: child.signalCode,
      inMs: this.#delayMs,
    });
    this.#timer = this.#deps.clock.setTimeout(() => this.start(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, MAX_DELAY_MS);
  }
}

function readReady(line: string): z.infer<typeof Ready> | null {
  try {
    return Ready.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null; // no JSON: the caller says what it was
  }
}
