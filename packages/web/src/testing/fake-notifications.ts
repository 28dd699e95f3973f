import { contract, type Notification } from '@agor/protocol';
import { implement } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

const ok = { ok: true as const };

/** Notifications over a FakeHub: kept in its `notifications`, each change told as the hub tells it. */
export function fakeNotifications(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract).notifications;
  const read = (which: (one: Notification) => boolean) => {
    hub.changeNotifications(hub.notifications.map((one) => (!one.read && which(one) ? { ...one, read: true } : one)));
    return ok;
  };
  return {
    markRead: os.markRead.handler(({ input }) => {
      seen('notifications.markRead', input);
      return read(({ id }) => input.ids.includes(id));
    }),
    markAllRead: os.markAllRead.handler(({ input }) => {
      seen('notifications.markAllRead', input);
      return read(() => true);
    }),
    clear: os.clear.handler(({ input }) => {
      seen('notifications.clear', input);
      hub.changeNotifications([]);
      return ok;
    }),
    shown: os.shown.handler(({ input }) => {
      seen('notifications.shown', input);
      return ok;
    }),
  };
}
