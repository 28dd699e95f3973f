import { z } from 'zod';
import type { Memory } from './memory.ts';
import type { Output } from './output.ts';
import { textOf } from './texts.ts';
import { CompactBoundary, InitEvent, type SystemEvent, TaskEvent } from './vendor-events.ts';

/**
 * Kinds that carry nothing for people, each with what tells the same. They are no loss: the raw event stays in the journal.
 * thinking_tokens: the thinking itself streams. background_tasks_changed: task_started and task_notification.
 * session_state_changed: the turns. commands_changed: agent_info. hook_started, hook_progress: hook_response. files_persisted: cloud only.
 * control_request_progress: api_retry.
 */
const SILENT = new Set([
  'thinking_tokens',
  'background_tasks_changed',
  'session_state_changed',
  'commands_changed',
  'hook_started',
  'hook_progress',
  'files_persisted',
  'control_request_progress',
]);

/** Words that a system message may carry for people, the best first. */
const Words = z.object({
  message: z.string().optional(),
  content: z.string().optional(),
  text: z.string().optional(),
  error: z.string().optional(),
  summary: z.string().optional(),
});

export function adaptSystem(event: SystemEvent, raw: unknown, out: Output): void {
  switch (event.subtype) {
    case 'init':
      adaptInit(raw, out);
      break;
    case 'status':
      adaptStatus(event, out);
      break;
    case 'compact_boundary':
      adaptCompaction(raw, out);
      break;
    case 'task_started':
    case 'task_progress':
    case 'task_updated':
    case 'task_notification':
      adaptTask(event.subtype, raw, out);
      break;
    case 'api_retry':
      adaptRetry(event, out);
      break;
    case 'hook_response':
      adaptHook(event, out);
      break;
    default:
      if (!SILENT.has(event.subtype)) out.status(event.subtype, wordsOf(event), rest(event));
  }
}

function adaptInit(raw: unknown, out: Output): void {
  const init = InitEvent.safeParse(raw);
  if (!init.success) {
    out.add('unknown', 'init', { raw });
    return;
  }
  const event = init.data;
  const { memory } = out;
  memory.cwd = event.cwd ?? memory.cwd;
  memory.model = event.model ?? memory.model;
  const hidden = new Set(event.terminal_slash_commands);
  const content = {
    sessionId: event.session_id,
    model: event.model,
    cwd: event.cwd,
    tools: event.tools,
    permissionMode: event.permissionMode,
    slashCommands: event.slash_commands?.filter((name) => !hidden.has(name)),
    agentVersion: event.claude_code_version,
    mcpServers: event.mcp_servers,
  };
  // It comes at the start of every turn: only news are told.
  const hash = Bun.hash(JSON.stringify(content)).toString(36);
  if (hash === memory.init) return;
  memory.init = hash;
  out.add('init', 'init', content);
}

function adaptStatus(event: SystemEvent, out: Output): void {
  const { status, permissionMode, compact_result: compacted } = event;
  if (typeof permissionMode === 'string') out.status('permission_mode', permissionMode);
  if (status === 'compacting') out.status('compacting', 'Compacting the conversation');
  // A success is told by the boundary that follows.
  else if (compacted === 'failed') {
    out.status('compacting_failed', typeof event.compact_error === 'string' ? event.compact_error : undefined);
  } else if (typeof status === 'string' && status !== 'requesting') out.status(status);
}

function adaptCompaction(raw: unknown, out: Output): void {
  const boundary = CompactBoundary.safeParse(raw);
  if (!boundary.success) {
    out.add('unknown', 'compaction', { raw });
    return;
  }
  const { trigger, pre_tokens, post_tokens } = boundary.data.compact_metadata;
  out.memory.contextTokens = post_tokens ?? 0;
  out.add('compaction', 'compaction', {
    trigger,
    preTokens: pre_tokens,
    ...(post_tokens === undefined ? {} : { postTokens: post_tokens }),
  });
}

const AGENT_TASK = /agent/;
const ENDED = new Set(['completed', 'failed', 'killed', 'stopped']);

function adaptTask(subtype: string, raw: unknown, out: Output): void {
  const parsed = TaskEvent.safeParse(raw);
  if (!parsed.success) {
    out.add('unknown', subtype, { raw });
    return;
  }
  const task = parsed.data;
  const { memory } = out;
  if (subtype === 'task_started') remember(memory, task);
  const known = memory.tasks.find((each) => each.id === task.task_id);
  const toolUseId = task.tool_use_id ?? known?.toolUseId;
  const agent = known?.agent ?? task.subagent_type !== undefined;
  if (toolUseId === undefined || toolUseId === '' || !agent) tellTask(subtype, task, out);
  else tellSubagent(subtype, task, toolUseId, out);
  if (subtype !== 'task_notification') return;
  memory.tasks = memory.tasks.filter((each) => each.id !== task.task_id);
  memory.agents = memory.agents.filter((id) => id !== toolUseId);
}

function remember(memory: Memory, task: TaskEvent): void {
  if (memory.tasks.some((each) => each.id === task.task_id)) return;
  const agent = AGENT_TASK.test(task.task_type ?? '') || task.subagent_type !== undefined;
  memory.tasks.push({ id: task.task_id, toolUseId: task.tool_use_id ?? '', agent });
}

function tellSubagent(subtype: string, task: TaskEvent, toolUseId: string, out: Output): void {
  // The end is told by the notification, which says how it went.
  if (subtype === 'task_updated' && ENDED.has(task.patch?.status ?? '')) return;
  const background = task.is_backgrounded ?? task.patch?.is_backgrounded;
  const state = { task_started: 'started', task_notification: endOf(task.status) } as const;
  out.add('subagent', `agent-${toolUseId}`, {
    toolUseId,
    state: subtype === 'task_started' || subtype === 'task_notification' ? state[subtype] : 'progress',
    ...(task.description === undefined ? {} : { description: task.description }),
    ...(task.subagent_type === undefined ? {} : { subagentType: task.subagent_type }),
    ...(task.prompt === undefined ? {} : { prompt: textOf(task.prompt) }),
    ...(background === undefined ? {} : { background }),
    ...(task.usage?.total_tokens === undefined ? {} : { totalTokens: task.usage.total_tokens }),
    ...(task.usage?.tool_uses === undefined ? {} : { toolUses: task.usage.tool_uses }),
    ...(task.usage?.duration_ms === undefined ? {} : { durationMs: task.usage.duration_ms }),
    ...(task.last_tool_name === undefined ? {} : { lastTool: task.last_tool_name }),
    ...(task.summary === undefined ? {} : { summary: textOf(task.summary) }),
  });
}

function endOf(status: string | undefined): 'done' | 'failed' | 'stopped' {
  return status === 'failed' ? 'failed' : status === 'completed' ? 'done' : 'stopped';
}

/** Background work that is no subagent: a command, a workflow. */
function tellTask(subtype: string, task: TaskEvent, out: Output): void {
  if (subtype === 'task_updated' && ENDED.has(task.patch?.status ?? '')) return;
  const message = task.summary === undefined ? task.description : textOf(task.summary);
  const status = task.status ?? task.patch?.status;
  out.status(subtype, message, {
    taskId: task.task_id,
    ...(task.tool_use_id === undefined ? {} : { toolUseId: task.tool_use_id }),
    ...(status === undefined ? {} : { status }),
  });
}

function adaptRetry(event: SystemEvent, out: Output): void {
  const { attempt, max_retries, retry_delay_ms, error_status, error } = event;
  const seconds = typeof retry_delay_ms === 'number' ? ` in ${Math.ceil(retry_delay_ms / 1000)} s` : '';
  const reason = [error_status, typeof error === 'string' ? error.replaceAll('_', ' ') : null].filter(
    (part) => part != null,
  );
  out.status(
    'api_retry',
    `Try ${attempt} of ${max_retries}${seconds}: ${reason.join(' ') || 'the connection failed'}`,
    {
      attempt,
      maxAttempts: max_retries,
      delayMs: retry_delay_ms,
    },
  );
}

function adaptHook(event: SystemEvent, out: Output): void {
  const { hook_name, hook_event, outcome, exit_code, output } = event;
  const name = String(hook_name ?? hook_event ?? 'hook');
  const printed = typeof output === 'string' && output.trim() !== '' ? `: ${output.trim()}` : '';
  out.status('hook', `${name} ${outcome === 'success' ? 'ran' : String(outcome ?? 'ended')}${printed}`, {
    event: hook_event,
    outcome,
    exitCode: exit_code,
  });
}

function wordsOf(event: SystemEvent): string | undefined {
  const words = Words.safeParse(event);
  if (!words.success) return undefined;
  const { message, content, text, error, summary } = words.data;
  return message ?? content ?? text ?? error ?? summary;
}

/** The event without what every event has. */
function rest(event: SystemEvent): Record<string, unknown> {
  const { type: _type, subtype: _subtype, uuid: _uuid, session_id: _session, ...fields } = event;
  return fields;
}
