import { CommandId, MAX_NOTIFICATIONS, type Notification, newId, type WatchFrame } from '@agor/protocol';
import type { HubClient } from './client.ts';
import type { CommandsStore } from './commands.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** The hub waits less than this before it tells the desktop. In ms. */
const SHOWN_LIMIT_MS = 5_000;

export interface NotificationListener {
  /** Of each that is new and unread, once; not of those that stood there when the window was opened. */
  arrived(notification: Notification): void;
  /** It is read now, or gone: here, in another window, or because what it told is settled. */
  settled(id: string): void;
}

/** What the hub told the person, with what they have read: the same in every window. */
export class NotificationsStore implements WatchReader {
  /** Newest first. */
  all = $state.raw<readonly Notification[]>([]);
  readonly unread = $derived(this.all.filter(({ read }) => !read).length);
  /** The hub shows them on its desktop; this browser need not. */
  onDesktop = $state(false);
  #known: ReadonlyMap<string, Notification> | null = null;
  #listener: NotificationListener | null = null;

  constructor(
    private readonly client: HubClient,
    private readonly commands: CommandsStore,
  ) {}

  /** One listens: what tells the person in this window. */
  listen(listener: NotificationListener): Disposable {
    this.#listener = listener;
    return {
      [Symbol.dispose]: () => {
        this.#listener = null;
      },
    };
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') {
      const { notifications, desktop } = frame.notifications;
      this.#take(new Map(notifications.map((one) => [one.id, one])), desktop);
    } else if (frame.kind === 'notifications') {
      const all = new Map(this.#known);
      for (const id of frame.removed) all.delete(id);
      for (const one of frame.changed) all.set(one.id, one);
      this.#take(new Map([...all].slice(-MAX_NOTIFICATIONS)), frame.desktop);
    }
  }

  markRead(ids: readonly string[]): void {
    const unread = ids.filter((id) => this.#known?.get(id)?.read === false);
    if (unread.length === 0) return;
    void this.commands.run(`notifications:read:${unread.join()}`, 'It was not marked as read', (commandId, options) =>
      this.client.notifications.markRead({ commandId, ids: unread }, options),
    );
  }

  markAllRead(): void {
    void this.commands.run('notifications:readAll', 'They were not marked as read', (commandId, options) =>
      this.client.notifications.markAllRead({ commandId }, options),
    );
  }

  clear(): void {
    void this.commands.run('notifications:clear', 'The notifications were not cleared', (commandId, options) =>
      this.client.notifications.clear({ commandId }, options),
    );
  }

  /** The person sees it in this window: the desktop need not show it. */
  shown(id: string): void {
    const signal = AbortSignal.timeout(SHOWN_LIMIT_MS);
    this.client.notifications.shown({ commandId: newId(CommandId), ids: [id] }, { signal }).catch(() => {
      // Then it is shown on the desktop too, which is no failure that anybody has to read about.
    });
  }

  #take(all: ReadonlyMap<string, Notification>, desktop: boolean): void {
    const before = this.#known;
    this.#known = all;
    this.all = [...all.values()].reverse();
    this.onDesktop = desktop;
    if (!before) return;
    for (const one of all.values()) {
      const known = before.get(one.id);
      if (!known && !one.read) this.#listener?.arrived(one);
      if (known && !known.read && one.read) this.#listener?.settled(one.id);
    }
    for (const id of before.keys()) if (!all.has(id)) this.#listener?.settled(id);
  }
}
