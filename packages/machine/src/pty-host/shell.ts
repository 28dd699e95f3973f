import { closeSync, constants, openSync, readlinkSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import type { PtyExit, PtySize, PtySpawn } from '@agor/protocol';
import { type ProcessRef, processRef, setTerminalPaused } from '@agor/runtime';
import { LAST_OUTPUT_MS } from './limits.ts';

/** A terminal cannot be started, or not be done what was asked. The message is for the person and says what to do. */
export class PtyError extends Error {
  override readonly name = 'PtyError';
}

export interface ShellEvents {
  onOutput(bytes: Uint8Array): void;
  /** All input so far has been handed to the terminal. */
  onInputDrained(): void;
  /** The program ended and all of its output has come. */
  onExit(exit: PtyExit): void;
}

const LOGIN_SHELLS = new Set(['sh', 'bash', 'zsh', 'fish', 'dash', 'ksh', 'mksh', 'ash']);

/** A program in a pseudo-terminal of its own, leader of a session of its own. */
export class Shell {
  readonly ref: ProcessRef;
  /** The path of what was started. */
  readonly program: string;
  readonly #child: Bun.Subprocess;
  readonly #terminal: Bun.Terminal;
  /** The other side of the terminal, by which its output can be stopped; -1 where it cannot be reached. */
  #slave: number;
  #paused = false;
  #closed = false;

  /** Throws `PtyError` when the folder or the program is not there. */
  constructor(spawn: PtySpawn, env: Readonly<Record<string, string>>, events: ShellEvents) {
    const command = commandFor(spawn, env);
    this.program = command[0];
    checkFolder(spawn.cwd);
    const ended = Promise.withResolvers<void>();
    this.#child = Bun.spawn(command, {
      cwd: spawn.cwd,
      env: { ...env },
      terminal: {
        ...spawn.size,
        data: (_, bytes) => {
          if (!this.#closed) events.onOutput(bytes);
        },
        drain: () => events.onInputDrained(),
        exit: () => ended.resolve(),
      },
    });
    const terminal = this.#child.terminal;
    if (!terminal) throw new Error('Bun gave no terminal');
    this.#terminal = terminal;
    this.ref = processRef(this.#child.pid) ?? { pid: this.#child.pid, startTime: '' };
    this.#slave = openSlave(this.#child.pid);
    void this.#watchEnd(ended.promise, events);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether the terminal's output can be stopped. */
  get canPause(): boolean {
    return this.#slave >= 0;
  }

  /** Stops or restarts the output: the program waits in its next write. */
  setPaused(paused: boolean): void {
    if (this.#slave < 0 || paused === this.#paused) return;
    setTerminalPaused(this.#slave, paused);
    this.#paused = paused;
  }

  /** Hands on input; `onInputDrained` follows when the terminal has taken it. */
  write(bytes: Uint8Array | string): void {
    if (!this.#closed) this.#terminal.write(bytes as Uint8Array<ArrayBuffer> | string);
  }

  /** Whether ^S and ^Q stop and restart the output now, instead of reaching the program. */
  get hasFlowKeys(): boolean {
    return !this.#closed && (this.#terminal.inputFlags & IXON) !== 0;
  }

  resize({ cols, rows }: PtySize): void {
    if (!this.#closed) this.#terminal.resize(cols, rows);
  }

  /** Hangs up: the kernel sends HUP to the program and to its foreground job. No event follows but `onExit`. */
  hangUp(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeSlave();
    this.#terminal.close();
  }

  /** A session leader's end hangs up its terminal, so the end of the output is near; our own descriptor must not hold it back. */
  async #watchEnd(outputEnded: Promise<void>, events: ShellEvents): Promise<void> {
    await this.#child.exited;
    this.#closeSlave();
    if (!this.#closed) await within(LAST_OUTPUT_MS, outputEnded);
    this.hangUp();
    const { exitCode, signalCode } = this.#child;
    events.onExit({ code: exitCode, signal: signalCode === null ? null : String(signalCode) });
  }

  #closeSlave(): void {
    if (this.#slave < 0) return;
    closeSync(this.#slave);
    this.#slave = -1;
  }
}

const IXON = process.platform === 'darwin' ? 0x200 : 0o2000;

async function within(ms: number, promise: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}

function commandFor({ shell, args, ssh }: PtySpawn, env: Readonly<Record<string, string>>): [string, ...string[]] {
  const name = shell || env.SHELL || userInfo().shell || '/bin/sh';
  const program = Bun.which(name, { PATH: env.PATH ?? '' });
  if (!program) {
    if (ssh) throw new PtyError(`The program ${name} is not on this computer. Install an SSH client.`);
    throw new PtyError(`The shell ${name} is not there or cannot be run. Choose another one in the settings.`);
  }
  const isLoginShell = args.length === 0 && LOGIN_SHELLS.has(basename(program));
  return [program, ...(isLoginShell ? ['-l'] : args)];
}

function checkFolder(cwd: string): void {
  if (!isAbsolute(cwd)) throw new PtyError(`The folder ${JSON.stringify(cwd)} is no absolute path.`);
  const stat = statSync(cwd, { throwIfNoEntry: false });
  if (!stat) throw new PtyError(`The folder ${cwd} does not exist, so no terminal can be started in it.`);
  if (!stat.isDirectory()) throw new PtyError(`${cwd} is a file; a terminal needs a folder to start in.`);
}

/** Linux only; elsewhere the output is bounded by parsing it as it comes. Without O_NOCTTY it could become our own terminal. */
function openSlave(pid: number): number {
  try {
    const path = readlinkSync(`/proc/${pid}/fd/0`);
    return path.startsWith('/dev/pts/') ? openSync(path, constants.O_RDWR | constants.O_NOCTTY) : -1;
  } catch {
    return -1; // it ended at once, or there is no /proc: without it we only lose the means to stop the output
  }
}
