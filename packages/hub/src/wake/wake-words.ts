import type { WakeCondition } from '@agor/protocol';

const MAX_LABEL = 200;

/** What a trigger waits for, in a few words: it stands with the prompt that it makes. */
export function conditionWords(condition: WakeCondition, taskTitle?: string): string {
  return labelOf(condition, taskTitle).slice(0, MAX_LABEL);
}

function labelOf(condition: WakeCondition, taskTitle: string | undefined): string {
  switch (condition.kind) {
    case 'cron':
      return `cron ${condition.expression}${condition.timeZone === undefined ? '' : ` (${condition.timeZone})`}`;
    case 'task':
      return `task ${condition.taskId.slice(0, 8)}${taskTitle === undefined ? '' : ` "${taskTitle}"`} is ${condition.status}`;
    case 'file':
      return `${condition.pattern} changed`;
    case 'check':
      return `${condition.command} fails`;
  }
}

/** The prompt of a wake: why it came, what the trigger's maker wants, then the details. */
export function wakePrompt(reason: string, wish: string, details = ''): string {
  return [`Woken: ${reason}`, wish.trim(), details.trim()].filter((part) => part !== '').join('\n\n');
}
