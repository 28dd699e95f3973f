import type { z } from 'zod';
import { spoken } from '../../blob-text.ts';
import type { Adapted, Adapter, AdapterMemory } from '../../define.ts';
import { keepRaw } from '../../keep-raw.ts';
import { classifyFailure, failureText } from '../failures.ts';
import { adaptItem } from './items.ts';
import { keepMemory, readMemory } from './memory.ts';
import { Output } from './output.ts';
import { textOf } from './texts.ts';
import { adaptUsage, tellCost } from './usage.ts';
import {
  AbortedEvent,
  Envelope,
  ErrorEvent,
  ItemEvent,
  McpStatusEvent,
  PartialEvent,
  PlanEvent,
  ReroutedEvent,
  SummaryEvent,
  ThreadEvent,
  TokenUsageEvent,
  TurnCompletedEvent,
  WarningEvent,
} from './vendor-events.ts';

/** The notifications of `codex app-server` in the common vocabulary. Deltas never come here: the runner passes them on. */
export const codexAdapter: Adapter = {
  initial: () => ({}),
  adapt: (event, memory, at) => adapt(event, memory, at) ?? keepRaw(event, memory, at),
};

/** One kind of notification: its schema and what becomes of it. */
interface Kind {
  readonly run: (params: unknown, memory: AdapterMemory, at: number, interrupted: boolean) => Adapted | null;
}

function kind<Params>(
  schema: z.ZodType<Params>,
  /** False: not understood after all. */
  tell: (params: Params, out: Output) => unknown,
): Kind {
  return {
    run: (raw, kept, at, interrupted) => {
      const params = schema.safeParse(raw);
      if (!params.success) return null;
      const out = new Output(readMemory(kept), threadOf(raw), at, interrupted);
      if (tell(params.data, out) === false) return null;
      return { messages: out.messages, memory: keepMemory(out.memory) };
    },
  };
}

const KINDS: Readonly<Record<string, Kind>> = {
  'agor/thread': kind(ThreadEvent, tellThread),
  'agor/partial': kind(PartialEvent, ({ itemId, kind: type, text }, out) => {
    out.add(type, itemId, { ...spoken(text), partial: true });
  }),
  'agor/aborted': kind(AbortedEvent, ({ itemId, output }, out) => {
    out.add('tool_result', `${itemId}-result`, {
      toolUseId: itemId,
      output: textOf(output),
      isError: true,
      interrupted: true,
    });
  }),
  'agor/compact': kind(ThreadEvent, (_params, out) => {
    out.memory.compactAsked = true;
  }),
  'item/started': kind(ItemEvent, ({ item }, out) => adaptItem(item, 'started', out)),
  'item/completed': kind(ItemEvent, ({ item }, out) => adaptItem(item, 'completed', out)),
  'thread/tokenUsage/updated': kind(TokenUsageEvent, adaptUsage),
  'turn/completed': kind(TurnCompletedEvent, tellEnd),
  'turn/plan/updated': kind(PlanEvent, ({ plan }, out) => {
    const status = { pending: 'pending', inProgress: 'in_progress', completed: 'completed' } as const;
    out.addCounted('plan', { entries: plan.map((each) => ({ content: each.step, status: status[each.status] })) });
  }),
  error: kind(ErrorEvent, ({ error, willRetry }, out) => {
    // One that Codex tries again is told by the runner as a wait.
    if (willRetry) return;
    out.addCounted('error', { message: failureText(error), ...classifyFailure(error) });
    if (!out.inSubagent) out.memory.errorTold = true;
  }),
  warning: kind(WarningEvent, ({ message }, out) => out.status('warning', message)),
  guardianWarning: kind(WarningEvent, ({ message }, out) => out.status('guardian_warning', message)),
  configWarning: kind(SummaryEvent, (told, out) => out.status('config_warning', summaryText(told))),
  deprecationNotice: kind(SummaryEvent, (told, out) => out.status('deprecation_notice', summaryText(told))),
  'mcpServer/startupStatus/updated': kind(McpStatusEvent, ({ name, status, error }, out) => {
    if (status === 'failed')
      out.status('mcp_server_failed', `The MCP server ${name} did not start: ${error ?? 'it did not say why'}`);
  }),
  'model/rerouted': kind(ReroutedEvent, ({ fromModel, toModel }, out) => {
    out.status('model_rerouted', `${toModel} answers in place of ${fromModel}.`);
  }),
  /** `contextCompaction` tells the same. */
  'thread/compacted': { run: (_params, memory) => ({ messages: [], memory }) },
};

function threadOf(params: unknown): string | undefined {
  const { threadId } = (params ?? {}) as { threadId?: unknown };
  return typeof threadId === 'string' ? threadId : undefined;
}

/** Null when nothing here understands the event. */
function adapt(raw: unknown, memory: AdapterMemory, at: number): Adapted | null {
  const envelope = Envelope.safeParse(raw);
  if (!envelope.success || !Object.hasOwn(KINDS, envelope.data.method)) return null;
  const { method, params, emittedAtMs, agorInterrupted } = envelope.data;
  return KINDS[method]?.run(params, memory, emittedAtMs ?? at, agorInterrupted === true) ?? null;
}

function tellThread({ threadId, model, cwd, permissionMode, version }: z.infer<typeof ThreadEvent>, out: Output): void {
  const { memory } = out;
  memory.threadId = threadId;
  memory.cwd = cwd ?? memory.cwd;
  out.addCounted('init', {
    sessionId: threadId,
    tools: [],
    ...(model === undefined ? {} : { model }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(version === undefined ? {} : { agentVersion: version }),
  });
}

function tellEnd({ turn, threadId }: z.infer<typeof TurnCompletedEvent>, out: Output): void {
  const { memory } = out;
  if (out.inSubagent) {
    const agent = memory.agents.find((each) => each.threadId === threadId);
    if (!agent) return;
    const state = turn.status === 'completed' ? 'done' : turn.status === 'failed' ? 'failed' : 'stopped';
    out.addCounted('subagent', {
      toolUseId: agent.toolUseId,
      state,
      ...(turn.durationMs == null ? {} : { durationMs: turn.durationMs }),
    });
    return;
  }
  const failed = turn.status === 'failed';
  if (failed && !memory.errorTold) {
    const error = turn.error ?? { message: '' };
    out.add('error', `${turn.id}-error`, { message: failureText(error), ...classifyFailure(error) });
  }
  memory.errorTold = false;
  memory.compactAsked = false;
  tellCost(turn.id, turn.durationMs ?? 0, failed, out);
}

function summaryText({ summary, details }: z.infer<typeof SummaryEvent>): string {
  return details ? `${summary}\n${details}` : summary;
}
