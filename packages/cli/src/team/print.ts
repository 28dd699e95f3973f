import type {
  AuditEntry,
  Channel,
  ChannelMessage,
  DeadLetter,
  Task,
  TaskComment,
  TeamAgent,
  TeamMessage,
  WakeTrigger,
} from '@agor/protocol';
import { bold, dim } from './print-out.ts';

const PRIORITY: Readonly<Record<Task['priority'], string>> = { critical: '!!', high: '! ', medium: '· ', low: '  ' };

export const short = (id: string): string => id.slice(0, 8);

export function when(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

export function messageLine({ id, fromName, fromRole, content, read, createdAt }: TeamMessage): string {
  const mark = read ? ' ' : '●';
  return `${mark} ${short(id)}  ${bold(fromName)} ${dim(`(${fromRole}) ${when(createdAt)}`)}\n    ${oneLine(content)}`;
}

export function wholeMessage({ message, repliesTo }: { message: TeamMessage; repliesTo: TeamMessage | null }): string {
  const head = `${short(message.id)}  ${bold(message.fromName)} ${dim(`(${message.fromRole}, ${message.from}) ${when(message.createdAt)}`)}`;
  const context = repliesTo ? `\n${dim(`> ${repliesTo.fromName}: ${oneLine(repliesTo.content)}`)}` : '';
  return `${head}${context}\n\n${message.content}`;
}

export function agentLine({ id, name, role, tier, status, unread }: TeamAgent): string {
  const letters = unread > 0 ? `  ${unread} unread` : '';
  return `${tier}  ${bold(name)}  ${role}  ${dim(id)}  ${status}${letters}`;
}

export function channelLine({ name, members, id }: Channel): string {
  return `#${name}  ${members.length} members  ${dim(short(id))}`;
}

export function channelMessageLine({ fromName, content, createdAt }: ChannelMessage): string {
  return `${dim(when(createdAt))}  ${bold(fromName)}: ${content}`;
}

export function deadLetterLine({ from, to, content, error, createdAt }: DeadLetter): string {
  return `${dim(when(createdAt))}  ${bold(from)} → ${to}: ${oneLine(content)}\n    ${error}`;
}

export function auditLine({ id, agentId, type, detail, createdAt }: AuditEntry): string {
  return `${dim(`${id}  ${when(createdAt)}`)}  ${bold(agentId)}  ${type}  ${oneLine(detail)}`;
}

export function wakeLine({ id, agentId, condition, enabled, problem }: WakeTrigger): string {
  const { kind } = condition;
  const what =
    kind === 'cron'
      ? condition.expression
      : kind === 'task'
        ? `${short(condition.taskId)} is ${condition.status}`
        : kind === 'file'
          ? condition.pattern
          : condition.command;
  return `${short(id)}  ${agentId}  ${kind} ${what}${enabled ? '' : '  switched off'}${problem === null ? '' : `  ${problem}`}`;
}

export function taskLine({ id, title, status, priority, assignedTo, comments }: Task): string {
  const who = assignedTo ? ` → ${assignedTo}` : '';
  const talk = comments > 0 ? ` (${comments})` : '';
  return `${PRIORITY[priority]} ${short(id)}  ${status.padEnd(8)}  ${title}${dim(who + talk)}`;
}

export function wholeTask({
  task,
  subtasks,
  comments,
}: {
  task: Task;
  subtasks: Task[];
  comments: TaskComment[];
}): string {
  const facts = [
    `status ${task.status}`,
    `priority ${task.priority}`,
    task.assignedTo ? `assigned to ${task.assignedTo}` : 'nobody assigned',
    `version ${task.version}`,
    ...(task.dependsOn.length > 0 ? [`waits for ${task.dependsOn.map(short).join(', ')}`] : []),
  ].join(', ');
  const parts = [`${short(task.id)}  ${bold(task.title)}\n${dim(facts)}`];
  if (task.description) parts.push(task.description);
  if (subtasks.length > 0) parts.push(subtasks.map(taskLine).join('\n'));
  parts.push(
    ...comments.map(({ agentName, content, createdAt }) => `${dim(when(createdAt))}  ${bold(agentName)}: ${content}`),
  );
  return parts.join('\n\n');
}

export function boardText(board: readonly { readonly status: string; readonly tasks: readonly Task[] }[]): string {
  return board
    .map(({ status, tasks }) => [bold(`${status.toUpperCase()} (${tasks.length})`), ...tasks.map(taskLine)].join('\n'))
    .join('\n\n');
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
