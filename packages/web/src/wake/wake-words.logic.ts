import type { TaskStatus, WakeCondition, WakeTrigger } from '@agor/protocol';

export const KINDS: readonly { readonly kind: WakeCondition['kind']; readonly label: string }[] = [
  { kind: 'cron', label: 'At certain times' },
  { kind: 'task', label: 'When a task is moved' },
  { kind: 'file', label: 'When a file changes' },
  { kind: 'check', label: 'When a check fails' },
];

export const TASK_WORDS: Readonly<Record<TaskStatus, string>> = {
  todo: 'to do',
  progress: 'in progress',
  review: 'in review',
  done: 'done',
  blocked: 'blocked',
};

/** What a trigger waits for, in words; a task's title where it is known. */
export function conditionText(condition: WakeCondition, taskTitle: string | null): string {
  switch (condition.kind) {
    case 'cron':
      return `At ${condition.expression}${condition.timeZone ? ` (${condition.timeZone})` : ''}`;
    case 'task':
      return `When ${taskTitle === null ? `the task ${condition.taskId.slice(0, 8)}` : `“${taskTitle}”`} is ${TASK_WORDS[condition.status]}`;
    case 'file':
      return `When ${condition.pattern} changes`;
    case 'check':
      return `When ${condition.command} fails, every ${condition.everyMin} min`;
  }
}

const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** A moment in the person's own time: the time alone for today, with the day for another. */
export function momentText(at: number, now: number): string {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) return time.format(date);
  return `${day.format(date)}, ${time.format(date)}`;
}

/** What there is to tell of a trigger besides what it waits for. */
export function factsOf(
  { once, enabled, nextAt, lastFiredAt, check }: WakeTrigger,
  isHeld: boolean,
  now: number,
): string[] {
  return [
    ...(enabled ? [] : ['switched off']),
    ...(enabled && isHeld ? ['held by Stop All'] : []),
    ...(nextAt === null ? [] : [`next ${momentText(nextAt, now)}`]),
    ...(check === null ? [] : [`${check.ok ? 'succeeded' : 'failed'} ${momentText(check.at, now)}`]),
    ...(check !== null && !check.confined ? ['ran without a sandbox'] : []),
    lastFiredAt === null ? 'has not woken it yet' : `woke it ${momentText(lastFiredAt, now)}`,
    ...(once ? ['once'] : []),
  ];
}
