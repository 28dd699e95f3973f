import type { Notification } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';
import { BrowserNotifications } from './browser.ts';
import { claim } from './claim.ts';
import { visitNotification } from './visit.ts';

/** Spec §8.4. */
const TOAST_MS = 4_000;
/** Where a drawer leaves no room for a box beside it. */
const NARROW_PX = 1_100;

/**
 * Tells the person of what is new: as a toast in one of their windows and, where the hub has no desktop, by the browser while no window
 * has the focus. Not at all of what happened before their eyes. What is read or gone is taken back.
 */
export function announceNotifications(app: App): Disposable {
  const inBrowser = new BrowserNotifications();
  return app.notifications.listen({
    arrived: (notification) => void announce(app, inBrowser, notification),
    settled: (id) => {
      app.toasts.close(id);
      inBrowser.close(id);
    },
  });
}

async function announce(app: App, inBrowser: BrowserNotifications, notification: Notification): Promise<void> {
  const { id, toast, desktop } = notification;
  const { notifications } = app;
  if (isWatching(app, notification)) return notifications.markRead([id]);
  if (!toast && !desktop) return;
  if (!(await claim(`agor-notification-${id}`))) return;
  // It may have been read while this window waited for its turn.
  if (notifications.all.find((one) => one.id === id)?.read ?? true) return;
  const visit = () => visitNotification(app, notification);
  if (toast) showToast(app, notification, visit);
  if (desktop && !notifications.onDesktop && !document.hasFocus()) inBrowser.show(notification, visit);
}

/** Exactly this session is before the person's eyes, and the window has the focus. */
function isWatching({ workspace, drawer, dialog }: App, { sessionId, taskId, type }: Notification): boolean {
  // The conversation itself does not say it.
  if (type === 'context_full') return false;
  const box = workspace.focused;
  if (!document.hasFocus() || document.hidden || sessionId === null || taskId !== null || !box || dialog) return false;
  if (drawer !== null && innerWidth < NARROW_PX) return false;
  return workspace.tab(box.key) === 'model' && workspace.shown(box)?.state.id === sessionId;
}

function showToast(app: App, { id, level, title, body, type }: Notification, onopen: () => void): void {
  const stays = level === 'error' || type === 'agent_error';
  app.toasts.add({ id, level, title, body, ms: stays ? null : TOAST_MS, onopen });
  if (document.hasFocus()) app.notifications.shown(id);
}
