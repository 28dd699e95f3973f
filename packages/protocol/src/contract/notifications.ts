import { z } from 'zod';
import { MAX_NOTIFICATIONS } from '../notifications.ts';
import { base, command, done } from './base.ts';

const these = command.extend({ ids: z.array(z.string().min(1).max(200)).max(MAX_NOTIFICATIONS) });

/** What the person was told of. They come with `events.watch`; an id that is gone already is passed over. */
export const notifications = {
  markRead: base.input(these).output(done),
  markAllRead: base.input(command).output(done),
  /** Forgets all. */
  clear: base.input(command).output(done),
  /** A window that the person looks at shows them as toasts: the desktop need not. */
  shown: base.input(these).output(done),
};
