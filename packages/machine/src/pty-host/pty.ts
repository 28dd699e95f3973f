import {
  PTY_CREDIT_BYTES,
  type PtyExit,
  type PtyInfo,
  type PtyScreen,
  type PtySize,
  type PtySpawn,
} from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import type { PtyClient } from './client.ts';
import { FlowKeys } from './flow-keys.ts';
import { InputQueue } from './input-queue.ts';
import { BELL_MS, INFO_MS, MAX_PARKED_STEPS, MAX_UNPARSED_BYTES, PARKED_OUTPUT_BYTES, SLICE_BYTES } from './limits.ts';
import { PendingOutput } from './pending-output.ts';
import { asksTerminal } from './queries.ts';
import { Shell } from './shell.ts';
import { defaultTitle } from './titles.ts';
import type { Turns, Worker } from './turns.ts';
import { Twin } from './twin.ts';

export interface PtyEvents {
  readonly clock: Clock;
  readonly turns: Turns;
  /** What `info` says has changed. */
  onChanged(pty: Pty): void;
  /** It has no client and nothing to draw: its twin may be parked. */
  onIdle(pty: Pty): void;
}

/** The twin's screen while the twin itself is gone. */
interface Parked {
  readonly screen: string;
  readonly size: PtySize;
}

/**
 * One terminal: its program, its twin, its clients. Output goes to the clients as it comes, and to the twin in slices. The program is stopped
 * while the twin has more than its credit to draw; clients never stop it.
 */
export class Pty implements Worker {
  readonly spawn: PtySpawn;
  readonly createdAt: number;
  /** When a client was last here, or output was drawn: for choosing whose twin is parked. */
  usedAt: number;
  readonly #events: PtyEvents;
  readonly #colors: string | undefined;
  readonly #shell: Shell;
  readonly #input: InputQueue;
  readonly #flowKeys = new FlowKeys();
  readonly #pending = new PendingOutput();
  readonly #clients = new Set<PtyClient>();
  #twin: Twin | Parked;
  #received = 0;
  #size: PtySize;
  #personsTitle: string;
  #programsTitle = '';
  #cwd: string;
  #bells = 0;
  #bellTimer: Timer | null = null;
  #exit: PtyExit | null = null;
  #infoTimer: Timer | null = null;
  readonly #ended = Promise.withResolvers<void>();

  /** Throws `PtyError` when it cannot be started. */
  constructor(spawn: PtySpawn, env: Readonly<Record<string, string>>, events: PtyEvents) {
    this.spawn = spawn;
    this.#events = events;
    this.#size = spawn.size;
    this.#personsTitle = spawn.title;
    this.#cwd = spawn.cwd;
    this.#colors = env.COLORFGBG;
    this.createdAt = events.clock.now();
    this.usedAt = events.clock.monotonic();
    this.#shell = new Shell(spawn, env, {
      onOutput: (bytes) => this.#receive(bytes),
      onInputDrained: () => this.#input.drained(),
      onExit: (exit) => this.#exited(exit),
    });
    this.#input = new InputQueue((bytes) => this.#shell.write(bytes));
    this.#twin = this.#newTwin(spawn.size);
  }

  get info(): PtyInfo {
    const { id, projectId, scrollback, ssh } = this.spawn;
    const title = this.#personsTitle || this.#programsTitle || defaultTitle(this.#shell.program);
    const { pid } = this.#shell;
    const now = { cwd: this.#cwd, pid, size: this.#size, exit: this.#exit, bells: this.#bells };
    return { id, projectId, title, ...now, createdAt: this.createdAt, scrollback, ssh };
  }

  get hasExited(): boolean {
    return this.#exit !== null;
  }

  get isParked(): boolean {
    return !(this.#twin instanceof Twin);
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  attach(client: PtyClient): void {
    this.usedAt = this.#events.clock.monotonic();
    this.#clients.add(client);
    this.#serveScreens();
  }

  detach(client: PtyClient): void {
    this.usedAt = this.#events.clock.monotonic();
    this.#clients.delete(client);
    client.dispose();
    this.#tellIfIdle();
  }

  /** Called when a client has read on, or its time for a fresh screen has come. */
  clientHasRead(): void {
    this.#serveScreens();
  }

  /** False when the program has not read what is waiting, and there is no room for more. */
  write(bytes: Uint8Array): boolean {
    if (this.#exit) return true; // typed just before the end was seen
    if (!this.#input.push(bytes)) return false;
    this.#flowKeys.typed(bytes, this.#shell.hasFlowKeys);
    this.#adjustFlow();
    return true;
  }

  resize(size: PtySize): void {
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return;
    this.#size = size;
    this.#shell.resize(size);
    this.#pending.push({ size });
    this.#events.turns.ask(this);
    this.#tellInfo();
  }

  rename(title: string): void {
    this.#personsTitle = title;
    this.#tellInfo();
  }

  /** Takes the scrollback from the twin and all clients, in its place between the output, and has the program draw its screen anew. */
  clear(): void {
    const twin = this.#drawAll();
    // In the middle of a sequence it would be a part of that.
    if (twin.unfinished.byteLength === 0) this.#receive(Buffer.from('\x1b[3J'));
    if (!this.#exit) this.#input.push(Buffer.from('\x0c'));
  }

  /** One slice of drawing. */
  work(): boolean {
    if (!(this.#twin instanceof Twin)) return false; // parked: what waits is drawn when it is revived
    this.#draw(this.#twin, SLICE_BYTES);
    this.#adjustFlow();
    if (this.#pending.isEmpty) this.#tellIfIdle();
    return !this.#pending.isEmpty;
  }

  /** Gives up the twin's memory; the next client, or much output, brings it back. Only in a moment in which nothing is half drawn. */
  park(): void {
    const twin = this.#twin;
    if (!(twin instanceof Twin) || this.#clients.size > 0) return;
    if (!this.#pending.isEmpty || twin.unfinished.byteLength > 0) return;
    this.#twin = { screen: twin.screen(), size: this.#size };
    twin.dispose();
    Bun.gc(false); // a twin is megabytes of arrays, which the collector takes for a few small objects
  }

  /** Hangs up and closes; resolves when the program's end was seen. The rest of its tree is the caller's. */
  async hangUp(): Promise<void> {
    this.#shell.hangUp();
    await this.#ended.promise;
  }

  get root() {
    return this.#shell.ref;
  }

  /** After `hangUp` or the exit. */
  dispose(): void {
    this.#events.turns.leave(this);
    this.#infoTimer?.cancel();
    this.#bellTimer?.cancel();
    this.#pending.clear();
    this.#input.clear();
    for (const client of this.#clients) client.close(1000, 'the terminal was closed');
    this.#clients.clear();
    if (this.#twin instanceof Twin) this.#twin.dispose();
  }

  #receive(bytes: Uint8Array): void {
    this.#received += bytes.byteLength;
    this.#pending.push({ bytes });
    for (const client of this.#clients) client.output(bytes);
    if (this.#twin instanceof Twin) {
      this.#events.turns.ask(this);
      if (this.#pending.bytes > MAX_UNPARSED_BYTES) this.#drawAll();
    } else {
      const { bytes: waiting, length } = this.#pending;
      if (waiting > PARKED_OUTPUT_BYTES || length > MAX_PARKED_STEPS || asksTerminal(bytes)) this.#revive();
    }
    this.#adjustFlow();
  }

  /** The twin gives the credit: when it is used up the program waits, until half of it is there again. */
  #adjustFlow(): void {
    const { bytes } = this.#pending;
    if (this.#twin instanceof Twin && bytes > PTY_CREDIT_BYTES) this.#shell.setPaused(true);
    else if (bytes <= PTY_CREDIT_BYTES / 2 && !this.#flowKeys.isStopped) this.#shell.setPaused(false);
  }

  #draw(twin: Twin, maxBytes: number): void {
    const step = this.#pending.take(maxBytes);
    if (!step) return;
    if ('bytes' in step) twin.write(step.bytes);
    else twin.resize(step.size);
  }

  /** A twin that has drawn all that came. */
  #drawAll(): Twin {
    const twin = this.#twin instanceof Twin ? this.#twin : this.#revive();
    while (!this.#pending.isEmpty) this.#draw(twin, Number.POSITIVE_INFINITY);
    this.#adjustFlow();
    return twin;
  }

  #revive(): Twin {
    if (this.#twin instanceof Twin) return this.#twin;
    const { screen, size } = this.#twin;
    const twin = this.#newTwin(size);
    twin.write(Buffer.from(screen));
    this.#twin = twin;
    this.usedAt = this.#events.clock.monotonic();
    this.#events.turns.ask(this);
    return twin;
  }

  #newTwin(size: PtySize): Twin {
    return new Twin({ ...size, scrollback: this.spawn.scrollback }, this.#colors, {
      onReply: (answer) => void this.#input.push(Buffer.from(answer)),
      onTitle: (title) => {
        this.#programsTitle = title.slice(0, 200);
        this.#tellInfoSoon();
      },
      onFolder: (path) => {
        this.#cwd = path;
        this.#tellInfoSoon();
      },
      onBell: () => {
        this.#bells += 1;
        this.#bellTimer ??= this.#events.clock.setTimeout(() => {
          this.#bellTimer = null;
          this.#tellInfo();
        }, BELL_MS);
      },
    });
  }

  #serveScreens(): void {
    for (const client of this.#clients) {
      if (!client.wantsScreen) continue;
      const twin = this.#drawAll();
      const screen: PtyScreen = {
        size: this.#size,
        data: twin.screen(),
        offset: this.#received - twin.unfinished.byteLength,
      };
      client.screen(screen, twin.unfinished);
      if (this.#exit) client.exit(this.#exit);
    }
  }

  #exited(exit: PtyExit): void {
    this.#exit = exit;
    this.#input.clear();
    for (const client of this.#clients) client.exit(exit);
    this.#tellInfo();
    this.#ended.resolve();
    this.#tellIfIdle();
  }

  #tellInfo(): void {
    this.#infoTimer?.cancel();
    this.#infoTimer = null;
    const { info } = this;
    for (const client of this.#clients) client.info(info);
    this.#events.onChanged(this);
  }

  #tellInfoSoon(): void {
    this.#infoTimer ??= this.#events.clock.setTimeout(() => this.#tellInfo(), INFO_MS);
  }

  #tellIfIdle(): void {
    if (this.#clients.size === 0 && this.#pending.isEmpty) this.#events.onIdle(this);
  }
}
