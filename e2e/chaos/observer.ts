import { type Connection, follow } from '@agor/cli';
import type { SessionEvent, SessionId } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';

/**
 * A window that follows one session through everything: it loses its connection with each fault and comes back with its
 * cursor. What it saw is compared with the log at the end. Its own mistakes to find: a gap, a double, another order.
 */
export class Observer {
  readonly seen: SessionEvent[] = [];
  readonly faults: string[] = [];
  #stop = false;
  #connection: Connection | null = null;
  #running: Promise<void> | null = null;

  constructor(
    private readonly paths: AgorPaths,
    readonly sessionId: SessionId,
    private readonly onEvent: (event: SessionEvent) => void,
  ) {}

  start(connection: Connection): void {
    this.#connection = connection;
    this.#running = this.#run(connection);
  }

  /** Cuts this window's connection; it must come back by itself. */
  cut(): void {
    this.#connection?.[Symbol.dispose]();
  }

  /** Ends the window; the caller has waited until it saw everything. */
  async stop(): Promise<void> {
    this.#stop = true;
    this.cut();
    await Promise.race([this.#running, Bun.sleep(2_000)]);
  }

  get seq(): number {
    return this.seen.at(-1)?.seq ?? 0;
  }

  async #run(connection: Connection): Promise<void> {
    const options = { paths: this.paths, sessionId: this.sessionId, tail: 5000, restartHub: false };
    for await (const item of follow(connection, { ...options, onConnected: (c) => this.#connected(c) })) {
      if (this.#stop) return;
      if ('delta' in item) continue;
      for (const event of 'snapshot' in item ? item.events : [item.event]) this.#see(event);
    }
  }

  #connected(connection: Connection): void {
    this.#connection = connection;
    if (this.#stop) this.cut();
  }

  #see(event: SessionEvent): void {
    if (event.seq !== this.seq + 1) this.faults.push(`saw event ${event.seq} after ${this.seq}`);
    this.seen.push(event);
    this.onEvent(event);
  }
}
