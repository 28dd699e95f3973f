import type { Notification } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { type Desktop, urgencyOf } from './desktop.ts';

/** A window that the person looks at has so long to say that it shows it. In ms. */
const GRACE_MS = 1_500;
/** Shown within that time at most; the centre has all. */
const MAX_AT_ONCE = 5;
const AT_ONCE_MS = 10_000;
/** Shown ones that can be taken back; older ones stay until the desktop forgets them. */
const MAX_SHOWN = 50;
/** How often a desktop is looked for that was not there. In ms. */
const LOOK_AGAIN_MS = 60_000;

export interface TellerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Null where there is none now. */
  readonly find: () => Promise<Desktop | null>;
}

/** Shows notifications on the desktop that the hub runs on, unless a window was faster, and takes them back once they are read. */
export class DesktopTeller implements Disposable {
  #desktop: Desktop | null = null;
  #lookedAt: number | null = null;
  readonly #waiting = new Map<string, Timer>();
  /** What takes each back, oldest first; null while it is being shown. */
  readonly #shown = new Map<string, string | null>();
  #recent: number[] = [];
  readonly #listeners = new Set<() => void>();
  #ended = false;

  constructor(private readonly options: TellerOptions) {}

  /** Whether notifications come on this desktop. */
  get isThere(): boolean {
    return this.#desktop !== null;
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Looks for the desktop. Called once at the start; later it looks by itself. */
  async start(): Promise<void> {
    this.#lookedAt = this.options.clock.monotonic();
    const found = await this.options.find();
    if (!this.#ended) this.#set(found);
  }

  show(notification: Notification): void {
    const { id } = notification;
    const timer = this.options.clock.setTimeout(() => {
      this.#waiting.delete(id);
      void this.#showNow(notification);
    }, GRACE_MS);
    this.#waiting.set(id, timer);
  }

  /** It needs no showing, or no more. */
  withdraw(id: string): void {
    this.#waiting.get(id)?.cancel();
    this.#waiting.delete(id);
    const handle = this.#shown.get(id);
    if (!this.#shown.delete(id)) return;
    if (handle != null) void this.#desktop?.close(handle);
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
    this.#listeners.clear();
  }

  async #showNow(notification: Notification): Promise<void> {
    const { clock, log } = this.options;
    const now = clock.monotonic();
    if (!this.#desktop && this.#lookedAt !== null && now - this.#lookedAt >= LOOK_AGAIN_MS) await this.start();
    const desktop = this.#desktop;
    if (!desktop || !this.#mayShow(now)) return;
    const { id, title, body } = notification;
    this.#shown.set(id, null);
    const handle = await desktop.show({ title, body, urgency: urgencyOf(notification) });
    if (handle === null) {
      log.warn('the desktop did not show a notification', { title });
      this.#shown.delete(id);
      this.#set(null);
    } else if (this.#shown.has(id)) this.#remember(id, handle);
    else await desktop.close(handle); // it was read while it came
  }

  #mayShow(now: number): boolean {
    this.#recent = this.#recent.filter((at) => now - at < AT_ONCE_MS);
    if (this.#recent.length >= MAX_AT_ONCE) return false;
    this.#recent.push(now);
    return true;
  }

  #remember(id: string, handle: string): void {
    this.#shown.set(id, handle);
    for (const oldest of this.#shown.keys()) {
      if (this.#shown.size <= MAX_SHOWN) break;
      this.#shown.delete(oldest);
    }
  }

  #set(desktop: Desktop | null): void {
    const isNews = (desktop === null) !== (this.#desktop === null);
    this.#desktop = desktop;
    if (isNews) for (const listener of this.#listeners) listener();
  }
}
