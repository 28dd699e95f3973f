import type { Notification } from '@agor/protocol';

/** Shown ones that can be taken back; older ones stay until the browser forgets them. */
const MAX_SHOWN = 50;

/** What the browser says of its permission; `unsupported` where it has no notifications, as on a page without a secure context. */
export type BrowserPermission = NotificationPermission | 'unsupported';

export function browserPermission(): BrowserPermission {
  return 'Notification' in globalThis ? globalThis.Notification.permission : 'unsupported';
}

/** Asks the person. Only after a click: browsers refuse it else, and people do too. */
export async function askBrowserPermission(): Promise<BrowserPermission> {
  return 'Notification' in globalThis ? await globalThis.Notification.requestPermission() : 'unsupported';
}

/** Notifications that the browser shows outside its windows. */
export class BrowserNotifications {
  /** Oldest first. */
  readonly #shown = new Map<string, globalThis.Notification>();

  show({ id, title, body, type }: Notification, onvisit: () => void): void {
    if (browserPermission() !== 'granted') return;
    try {
      const shown = new globalThis.Notification(title, { body, tag: id, requireInteraction: type === 'agent_error' });
      shown.onclick = () => {
        window.focus();
        this.close(id);
        onvisit();
      };
      this.#shown.set(id, shown);
    } catch {
      return; // Chromium on Android offers the class, but only to service workers: there the toast and the centre tell it
    }
    for (const oldest of this.#shown.keys()) {
      if (this.#shown.size <= MAX_SHOWN) break;
      this.#shown.delete(oldest);
    }
  }

  close(id: string): void {
    this.#shown.get(id)?.close();
    this.#shown.delete(id);
  }
}
