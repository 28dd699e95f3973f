import type { NotificationSettings, NotificationType } from '@agor/protocol';

/** How one type is told now, by its switches and the quiet hours of this computer's day. */
export function waysOf(
  { types, quietHours }: NotificationSettings,
  type: NotificationType,
  now: number,
): { toast: boolean; desktop: boolean } {
  if (quietHours && isQuiet(quietHours, now)) return { toast: false, desktop: false };
  return types[type] ?? { toast: true, desktop: true };
}

/** From the minute `from` until before the minute `to`; equal ones are the whole day. */
export function isQuiet({ from, to }: { readonly from: string; readonly to: string }, now: number): boolean {
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  if (begin === end) return true;
  return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
