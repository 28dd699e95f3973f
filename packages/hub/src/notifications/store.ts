import { MAX_NOTIFICATIONS, Notification } from '@agor/protocol';
import type { HubDatabase, Row } from '../database/index.ts';

/** Rows kept, cleared ones too: what was told among as many others is not told again. */
const KEPT = 1_000;

type Stored = Pick<Row['notifications'], 'key' | 'json' | 'read'>;

/** What changed by one operation. */
export interface StoreChanges {
  readonly changed: readonly Notification[];
  readonly removed: readonly string[];
}

/** The newest `MAX_NOTIFICATIONS` of what the person was told, in sessions.db, and in memory as they are there. */
export class NotificationStore {
  /** By id, oldest first, with what each is about. */
  #all: ReadonlyMap<string, { readonly key: string; readonly notification: Notification }>;

  constructor(private readonly db: HubDatabase) {
    const rows = db.raw
      .query<Stored, []>('SELECT key, json, read FROM notifications WHERE cleared = 0 ORDER BY position')
      .all();
    const read = rows.flatMap(({ key, json, read }) => {
      const notification = parsed(json, read === 1);
      return notification ? [{ key, notification }] : [];
    });
    this.#all = new Map(read.map((one) => [one.notification.id, one]));
  }

  /** Oldest first. */
  list(): Notification[] {
    return [...this.#all.values()].map(({ notification }) => notification);
  }

  get(id: string): Notification | null {
    return this.#all.get(id)?.notification ?? null;
  }

  /** Whether the person was told this already, among the newest. */
  wasTold(key: string): boolean {
    return this.db.raw.query('SELECT 1 FROM notifications WHERE key = ?').get(key) !== null;
  }

  /** Keeps one more; the oldest makes room. Nothing when `key` was told already. */
  add(key: string, notification: Notification): StoreChanges {
    const { raw } = this.db;
    const { id, read } = notification;
    const oldest = this.list().slice(0, Math.max(0, this.#all.size + 1 - MAX_NOTIFICATIONS));
    const isNew = this.db.write(() => {
      const added = raw
        .query('INSERT OR IGNORE INTO notifications (id, key, json, read, cleared) VALUES (?, ?, ?, ?, 0)')
        .run(id, key, JSON.stringify(notification), read ? 1 : 0);
      if (added.changes === 0) return false;
      this.#markCleared(oldest);
      raw.query('DELETE FROM notifications WHERE position <= (SELECT max(position) FROM notifications) - ?').run(KEPT);
      return true;
    });
    if (!isNew) return { changed: [], removed: [] };
    const removed = oldest.map((one) => one.id);
    this.#all = new Map([...[...this.#all].filter(([one]) => !removed.includes(one)), [id, { key, notification }]]);
    return { changed: [notification], removed };
  }

  /** Those of `ids` that are unread. */
  markRead(ids: readonly string[]): StoreChanges {
    const unread = ids.flatMap((id) => this.#all.get(id) ?? []).filter(({ notification }) => !notification.read);
    if (unread.length === 0) return { changed: [], removed: [] };
    this.db.write(() => {
      const mark = this.db.raw.query('UPDATE notifications SET read = 1 WHERE id = ?');
      for (const { notification } of unread) mark.run(notification.id);
    });
    const changed = unread.map(({ key, notification }) => ({ key, notification: { ...notification, read: true } }));
    const all = new Map(this.#all);
    for (const one of changed) all.set(one.notification.id, one);
    this.#all = all;
    return { changed: changed.map(({ notification }) => notification), removed: [] };
  }

  /** What was told of `keys` is no news any more. */
  settle(keys: readonly string[]): StoreChanges {
    const about = [...this.#all.values()].filter(({ key }) => keys.includes(key));
    return this.markRead(about.map(({ notification }) => notification.id));
  }

  clear(): StoreChanges {
    const all = this.list();
    if (all.length > 0) this.db.write(() => this.#markCleared(all));
    this.#all = new Map();
    return { changed: [], removed: all.map(({ id }) => id) };
  }

  #markCleared(which: readonly Notification[]): void {
    const clear = this.db.raw.query("UPDATE notifications SET cleared = 1, json = '' WHERE id = ?");
    for (const { id } of which) clear.run(id);
  }
}

/** Null for what another agor wrote and this one does not understand. */
function parsed(json: string, read: boolean): Notification | null {
  const found = Notification.safeParse({ ...JSON.parse(json), read });
  return found.success ? found.data : null;
}
