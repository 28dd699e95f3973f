import { z } from 'zod';
import { spoken } from '../../blob-text.ts';
import type { Adapted, Adapter, AdapterMemory } from '../../define.ts';
import { keepRaw } from '../../keep-raw.ts';
import {
  InitEvent,
  NotificationEvent,
  SaidEvent,
  ToolCallEvent,
  ToolResultEvent,
  TurnEvent,
  UpdateEvent,
} from './events.ts';
import { keepMemory, readMemory } from './memory.ts';
import { Output } from './output.ts';
import { adaptCall, adaptResult } from './tools.ts';
import { adaptTurn } from './turn.ts';
import { adaptUpdate } from './updates.ts';

/** The runner's events of an ACP agent in the common vocabulary. */
export const acpAdapter: Adapter = {
  initial: () => ({}),
  adapt: (event, memory, at) => adapt(event, memory, at) ?? keepRaw(event, memory, at),
};

const Tagged = z.looseObject({ type: z.string() });

/** May say false: the event is known by its name, and yet nothing here understands it. */
type Adapt<Event> = (event: Event, out: Output) => unknown;
type Run = (raw: unknown, out: Output) => boolean;

function kind<Event>(schema: z.ZodType<Event>, run: Adapt<Event>): Run {
  return (raw, out) => {
    const event = schema.safeParse(raw);
    return event.success && run(event.data, out) !== false;
  };
}

const KINDS: Readonly<Record<string, Run>> = {
  init: kind(InitEvent, adaptInit),
  said: kind(SaidEvent, ({ kind: what, text, partial, parentId }, out) => {
    out.add(what, { ...spoken(text), ...(partial ? { partial } : {}) }, parentId);
  }),
  tool_call: kind(ToolCallEvent, adaptCall),
  tool_result: kind(ToolResultEvent, adaptResult),
  turn: kind(TurnEvent, adaptTurn),
  update: kind(UpdateEvent, ({ update }, out) => adaptUpdate(update, out)),
  notification: kind(NotificationEvent, adaptNotification),
};

/** Null when nothing here understands the event. */
function adapt(raw: unknown, memory: AdapterMemory, at: number): Adapted | null {
  const tagged = Tagged.safeParse(raw);
  if (!tagged.success || !Object.hasOwn(KINDS, tagged.data.type)) return null;
  const out = new Output(readMemory(memory), at);
  if (!KINDS[tagged.data.type]?.(raw, out)) return null;
  return { messages: out.messages, memory: keepMemory(out.memory) };
}

/** Only when it has news: every start of the agent tells it. */
function adaptInit(event: z.infer<typeof InitEvent>, out: Output): void {
  const told = JSON.stringify(event);
  if (out.memory.init === told) return;
  out.memory.init = told;
  out.memory.cwd = event.cwd;
  out.add('init', {
    sessionId: event.sessionId,
    cwd: event.cwd,
    tools: [],
    ...(event.model === undefined ? {} : { model: event.model }),
    ...(event.mode === undefined ? {} : { permissionMode: event.mode }),
    ...(event.agentVersion === undefined ? {} : { agentVersion: event.agentVersion }),
  });
}

const AuthStatus = z.object({ authStatus: z.object({ label: z.string() }) });

/** Notifications of agents' own: how one is signed in is known, the rest is kept raw. */
function adaptNotification({ method, params }: z.infer<typeof NotificationEvent>, out: Output): boolean {
  const auth = method === '_auth/status_update' ? AuthStatus.safeParse(params) : null;
  if (!auth?.success) return false;
  out.add('status', { subtype: 'auth_status', message: auth.data.authStatus.label });
  return true;
}
