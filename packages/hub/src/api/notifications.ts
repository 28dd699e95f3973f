import { DONE, type Hub, type Os } from './context.ts';

export function notificationProcedures(os: Os, { notifier }: Hub) {
  const api = os.notifications;
  return api.router({
    markRead: api.markRead.handler(({ input }) => {
      notifier.markRead(input.ids);
      return DONE;
    }),
    markAllRead: api.markAllRead.handler(() => {
      notifier.markAllRead();
      return DONE;
    }),
    clear: api.clear.handler(() => {
      notifier.clear();
      return DONE;
    }),
    shown: api.shown.handler(({ input }) => {
      notifier.shown(input.ids);
      return DONE;
    }),
  });
}
