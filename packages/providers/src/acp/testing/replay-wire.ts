import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Journal } from '../runner/journal.ts';
import { usageOf } from '../runner/turns.ts';
import { PermissionRequest, PromptEnd, ToolUpdate, UpdateParams } from '../runner/wire.ts';

const Line = z.object({
  dir: z.enum(['<', '>']),
  msg: z.looseObject({
    id: z.union([z.number(), z.string()]).optional(),
    method: z.string().optional(),
    params: z.unknown().optional(),
    result: z.unknown().optional(),
  }),
});
type Message = z.infer<typeof Line>['msg'];

export interface Replayed {
  /** What the runner would have journaled. */
  readonly events: Readonly<Record<string, unknown>>[];
  /** The updates that it made them of: without what a load told again. */
  readonly updates: z.infer<typeof UpdateParams>['update'][];
  /** Ids of the tool calls that were told or asked about. */
  readonly calls: Set<string>;
}

/** For tests: what the runner journals of a captured connection. */
export function replayWire(path: string): Replayed {
  const journal = new Journal('block', () => 0);
  const replayed: Replayed = { events: [], updates: [], calls: new Set() };
  const tell = (told: ReturnType<Journal['take']>) => {
    for (const one of told) if ('event' in one) replayed.events.push(JSON.parse(JSON.stringify(one.event)));
  };
  const end = (result: unknown) => {
    const parsed = PromptEnd.parse(result);
    tell(journal.flush(parsed.stopReason === 'cancelled'));
    const usage = usageOf(parsed) ?? journal.takeSpent();
    replayed.events.push({ type: 'turn', stopReason: parsed.stopReason ?? null, durationMs: 0, usage });
  };
  const asked = new Map<unknown, string>();
  let replaying = false;
  const agentSays = ({ id, method, params, result }: Message) => {
    if (method === undefined) {
      const was = asked.get(id);
      if (was === 'session/load' || was === 'session/resume') replaying = false;
      // Version 2 answers a prompt at once.
      if (was === 'session/prompt' && (result as { stopReason?: unknown } | undefined)?.stopReason) end(result);
      return;
    }
    if (method === 'session/request_permission') {
      const { toolCall, subject } = PermissionRequest.parse(params);
      const call = toolCall ?? subject?.toolCall;
      if (!call) return;
      replayed.calls.add(call.toolCallId);
      tell(journal.asked(ToolUpdate.parse(call)).told);
      return;
    }
    const update = method === 'session/update' ? UpdateParams.safeParse(params) : null;
    if (!update?.success) {
      if (id === undefined) replayed.events.push({ type: 'notification', method, params });
      return;
    }
    if (replaying) return;
    replayed.updates.push(update.data.update);
    tell(journal.take(update.data.update));
    const { sessionUpdate, state, toolCallId } = update.data.update;
    if (sessionUpdate.startsWith('tool_call')) replayed.calls.add(String(toolCallId));
    if (sessionUpdate === 'state_update' && state === 'idle') end(update.data.update);
  };
  for (const text of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { dir, msg } = Line.parse(JSON.parse(text));
    if (dir === '<') agentSays(msg);
    else if (msg.method !== undefined && msg.id !== undefined) {
      asked.set(msg.id, msg.method);
      if (msg.method === 'session/load' || msg.method === 'session/resume') replaying = true;
    }
  }
  tell(journal.flush(false));
  return replayed;
}
