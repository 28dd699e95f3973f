import type { MessageOf, ToolKind } from '@agor/protocol';
import { blobOf, spoken } from '../../blob-text.ts';
import { bareCommand, filesTitle, oneLine } from '../words.ts';
import { diffsOf } from './diffs.ts';
import type { Output } from './output.ts';
import { readContent, textOf } from './texts.ts';
import { type ItemOf, Items, type ItemType } from './vendor-events.ts';

type Phase = 'started' | 'completed';
type Call = MessageOf<'tool_call'>['content'];
type Result = Omit<MessageOf<'tool_result'>['content'], 'toolUseId'>;

/** An item of a turn begins or is complete. False when it is of no kind or form that is known here. */
export function adaptItem(item: { readonly id: string; readonly type: string }, phase: Phase, out: Output): boolean {
  if (!Object.hasOwn(Items, item.type)) return false;
  const type = item.type as ItemType;
  const parsed = Items[type].safeParse(item);
  if (!parsed.success) return false;
  // The table holds for each type a function that takes what this type's schema gives.
  (ADAPT[type] as (item: unknown, phase: Phase, out: Output) => void)(parsed.data, phase, out);
  return true;
}

const ADAPT: { readonly [Type in ItemType]: (item: ItemOf<Type>, phase: Phase, out: Output) => void } = {
  /** The person's own words: the log has them. */
  userMessage: () => {},
  agentMessage: ({ id, text }, phase, out) => {
    if (phase === 'completed') out.add('text', id, spoken(text));
  },
  plan: ({ id, text }, phase, out) => {
    if (phase === 'completed') out.add('text', id, spoken(text));
  },
  reasoning: ({ id, summary, content }, phase, out) => {
    if (phase === 'started') return;
    const parts = summary.length > 0 ? summary : content;
    const [first] = parts;
    if (first === undefined) return;
    out.add('thinking', id, parts.length === 1 ? spoken(first) : { text: parts.map(textOf).join('\n\n') });
  },
  commandExecution: (item, phase, out) => {
    const command = bareCommand(textOf(item.command));
    const input = { command, ...(item.cwd ? { cwd: item.cwd } : {}) };
    if (phase === 'started') return call(out, item.id, 'shell', 'execute', input, command);
    const { status, aggregatedOutput, exitCode, durationMs } = item;
    const text = aggregatedOutput ?? '';
    const blob = blobOf(text);
    result(out, item.id, {
      output: status === 'declined' ? 'This was not allowed.' : textOf(text),
      ...(blob ? { outputBlob: blob } : {}),
      isError: status !== 'completed',
      ...(exitCode == null ? {} : { exitCode }),
      ...(durationMs == null ? {} : { durationMs }),
    });
  },
  fileChange: ({ id, changes, status }, phase, out) => {
    const diffs = diffsOf(changes, (path) => out.shorten(path));
    if (phase === 'started') {
      const kind = changes.length > 0 && changes.every((each) => each.kind.type === 'add') ? 'write' : 'edit';
      const input = { changes: changes.map(({ path, kind: { type } }) => ({ path, change: type })) };
      return call(
        out,
        id,
        'apply_patch',
        kind,
        input,
        filesTitle(
          out.memory.cwd,
          changes.map(({ path }) => path),
        ),
      );
    }
    const done = status === 'completed';
    result(out, id, {
      output: done ? '' : status === 'declined' ? 'This was not allowed.' : 'The patch could not be applied.',
      isError: !done,
      ...(done ? { diffs } : {}),
    });
  },
  mcpToolCall: (item, phase, out) => {
    const { id, server, tool, status, error, durationMs } = item;
    if (phase === 'started') return call(out, id, `mcp__${server}__${tool}`, 'other', item.arguments, tool);
    result(out, id, {
      ...(error ? { output: textOf(error.message) } : readContent(item.result?.content ?? [])),
      isError: status !== 'completed',
      ...(durationMs == null ? {} : { durationMs }),
    });
  },
  dynamicToolCall: (item, phase, out) => {
    const { id, tool, status, success, contentItems, durationMs } = item;
    if (phase === 'started') return call(out, id, tool, 'other', item.arguments);
    result(out, id, {
      ...readContent(contentItems ?? []),
      isError: status !== 'completed' || success === false,
      ...(durationMs == null ? {} : { durationMs }),
    });
  },
  collabAgentToolCall: adaptAgentCall,
  subAgentActivity: ({ id, kind, agentThreadId, agentPath }, phase, out) => {
    if (phase === 'completed' && kind !== 'started') return;
    if (kind === 'started') rememberAgent(out, agentThreadId, id);
    const toolUseId = out.memory.agents.find(({ threadId }) => threadId === agentThreadId)?.toolUseId ?? agentThreadId;
    const state =
      kind === 'completed' ? 'done' : kind === 'interrupted' ? 'stopped' : phase === 'started' ? 'started' : 'progress';
    out.addCounted('subagent', {
      toolUseId,
      state,
      background: true,
      ...(agentPath ? { description: agentPath } : {}),
    });
  },
  webSearch: ({ id, query }, phase, out) => {
    // The query is known only when the search is done.
    if (phase === 'started') return;
    call(out, id, 'web_search', 'fetch', { query }, query || undefined);
    result(out, id, { output: '', isError: false });
  },
  imageView: ({ id, path }, phase, out) => {
    if (phase === 'started') return call(out, id, 'view_image', 'read', { path }, out.shorten(path));
    result(out, id, { output: '', isError: false });
  },
  contextCompaction: ({ id }, phase, out) => {
    const { memory } = out;
    if (phase === 'started') {
      memory.compactFrom = memory.contextTokens;
      return;
    }
    const preTokens = memory.compactFrom || memory.contextTokens;
    const after = memory.contextTokens < preTokens ? { postTokens: memory.contextTokens } : {};
    out.add('compaction', id, { trigger: memory.compactAsked ? 'manual' : 'auto', preTokens, ...after });
    memory.compactFrom = 0;
  },
};

function adaptAgentCall(item: ItemOf<'collabAgentToolCall'>, phase: Phase, out: Output): void {
  const { id, tool, status, prompt, receiverThreadIds, agentsStates } = item;
  const text = prompt == null ? '' : textOf(prompt);
  if (phase === 'started') {
    call(out, id, tool, 'agent', { prompt: text, agents: receiverThreadIds }, text);
    return;
  }
  const states = Object.values(agentsStates).flatMap((each) => (each ? [each] : []));
  result(out, id, {
    output: states.map((each) => (each.message == null ? each.status : textOf(each.message))).join('\n'),
    isError: status === 'failed',
  });
  if (tool !== 'spawnAgent') return;
  for (const threadId of receiverThreadIds) {
    rememberAgent(out, threadId, id);
    out.addCounted('subagent', {
      toolUseId: id,
      state: status === 'failed' ? 'failed' : 'started',
      background: true,
      ...(text ? { description: oneLine(text), prompt: text } : {}),
    });
  }
}

function rememberAgent(out: Output, threadId: string, toolUseId: string): void {
  if (out.memory.agents.some((each) => each.threadId === threadId)) return;
  out.memory.agents = [...out.memory.agents, { threadId, toolUseId }];
}

function call(out: Output, id: string, name: string, kind: ToolKind, input: Call['input'], title?: string): void {
  const line = title === undefined ? '' : oneLine(title);
  out.add('tool_call', `${id}-call`, { toolUseId: id, name, kind, ...(line ? { title: line } : {}), input });
}

function result(out: Output, id: string, content: Result): void {
  const cut = out.interrupted && content.isError === true;
  out.add('tool_result', `${id}-result`, { toolUseId: id, ...content, ...(cut ? { interrupted: true } : {}) });
}
