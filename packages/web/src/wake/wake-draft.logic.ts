import { type NewWakeTrigger, type ProjectId, type TaskStatus, WakeCondition } from '@agor/protocol';

/** What a person has typed of a new wake. */
export interface WakeDraft {
  kind: WakeCondition['kind'];
  expression: string;
  timeZone: string;
  taskId: string;
  status: TaskStatus;
  pattern: string;
  command: string;
  everyMin: number | null;
  prompt: string;
  once: boolean;
}

export function emptyDraft(): WakeDraft {
  return {
    kind: 'cron',
    expression: '0 9 * * 1-5',
    // The hub may stand elsewhere: nine o'clock is the person's.
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    taskId: '',
    status: 'done',
    pattern: '',
    command: '',
    everyMin: 5,
    prompt: '',
    once: false,
  };
}

/** Null while something is missing. */
export function conditionOf(draft: WakeDraft): WakeCondition | null {
  const { kind, everyMin, status } = draft;
  const given = {
    kind,
    expression: draft.expression.trim(),
    timeZone: draft.timeZone.trim() || undefined,
    taskId: draft.taskId,
    status,
    pattern: draft.pattern.trim(),
    command: draft.command.trim(),
    everyMin,
  };
  if (kind === 'task' && given.taskId === '') return null;
  return WakeCondition.safeParse(given).data ?? null;
}

export function triggerOf(draft: WakeDraft, agentId: ProjectId): NewWakeTrigger | null {
  const condition = conditionOf(draft);
  return condition && { agentId, condition, prompt: draft.prompt.trim(), once: draft.once, enabled: true };
}
