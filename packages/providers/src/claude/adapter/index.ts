import { z } from 'zod';
import type { Adapted, Adapter, AdapterMemory } from '../../define.ts';
import { keepRaw } from '../../keep-raw.ts';
import { adaptAssistant } from './assistant.ts';
import { keepMemory, readMemory } from './memory.ts';
import { Output } from './output.ts';
import { adaptResult } from './result.ts';
import { newlySpent } from './spent.ts';
import { adaptSystem } from './system.ts';
import { textOf } from './texts.ts';
import { adaptUser } from './user.ts';
import { AssistantEvent, CallEndEvent, PartialEvent, ResultEvent, SystemEvent, UserEvent } from './vendor-events.ts';

/** The messages of the Agent SDK in the common vocabulary. `stream_event`s never come here: the runner makes deltas of them. */
export const claudeAdapter: Adapter = {
  initial: () => ({}),
  adapt: (event, memory, at) => adapt(event, memory, at) ?? keepRaw(event, memory, at),
};

const RateLimitEvent = z.object({
  uuid: z.string(),
  rate_limit_info: z.object({
    status: z.string(),
    resetsAt: z.number().optional(),
    rateLimitType: z.string().optional(),
    utilization: z.number().optional(),
  }),
});

const Said = z.object({ uuid: z.string() });
const Tagged = z.looseObject({ type: z.string() });

type Adapt<Event> = (event: Event, raw: unknown, out: Output) => void;

/** One event kind: its schema and what becomes of it. */
interface Kind {
  readonly run: (raw: unknown, memory: AdapterMemory, at: number) => Adapted | null;
}

function kind<Event extends { uuid: string }>(schema: z.ZodType<Event>, adaptEvent: Adapt<Event>): Kind {
  return {
    run: (raw, kept, at) => {
      const event = schema.safeParse(raw);
      if (!event.success) return null;
      const out = new Output(readMemory(kept), event.data, at);
      adaptEvent(event.data, raw, out);
      return { messages: out.messages, memory: keepMemory(out.memory) };
    },
  };
}

/** Nothing for people in it; what tells the same stands beside its name. */
const silent: Kind = { run: (_raw, memory) => ({ messages: [], memory }) };

const KINDS: Readonly<Record<string, Kind>> = {
  assistant: kind(AssistantEvent, (event, _raw, out) => adaptAssistant(event, out)),
  user: kind(UserEvent, (event, _raw, out) => adaptUser(event, out)),
  result: kind(ResultEvent, (event, _raw, out) => adaptResult(event, out)),
  system: kind(SystemEvent, adaptSystem),
  agor_call_ended: kind(CallEndEvent, (event, _raw, out) => adaptCallEnd(event, out)),
  agor_partial: kind(PartialEvent, (event, _raw, out) => adaptPartial(event, out)),
  rate_limit_event: kind(RateLimitEvent, (event, _raw, out) => adaptRateLimit(event, out)),
  conversation_reset: kind(Said, (_event, _raw, out) => adaptReset(out)),
  tool_use_summary: kind(Said.extend({ summary: z.string() }), ({ summary }, _raw, out) => {
    out.status('tool_use_summary', summary);
  }),
  auth_status: kind(Said.extend({ error: z.string().optional() }), ({ error }, _raw, out) => {
    out.status('auth_status', error);
  }),
  /** The turns and the acceptance of prompts tell the same. */
  command_lifecycle: silent,
  /** The runner's deltas. */
  stream_event: silent,
  /** How long a tool runs already: seen from its call's time. */
  tool_progress: silent,
  keep_alive: silent,
};

/** Null when nothing here understands the event. */
function adapt(raw: unknown, memory: AdapterMemory, at: number): Adapted | null {
  const tagged = Tagged.safeParse(raw);
  if (!tagged.success || !Object.hasOwn(KINDS, tagged.data.type)) return null;
  return KINDS[tagged.data.type]?.run(raw, memory, at) ?? null;
}

/** `/clear`: the agent forgets, the transcript stays. */
function adaptReset(out: Output): void {
  out.memory.plan = [];
  out.memory.contextTokens = 0;
  out.status('conversation_reset', 'The agent has forgotten everything above.');
}

/** What the window holds while the turn goes on, and the output of the call that nobody saw: thoughts that the vendor keeps to itself. */
function adaptCallEnd({ messageId, usage }: CallEndEvent, out: Output): void {
  const spent = newlySpent(out.memory, messageId, undefined, usage);
  const contextTokens = out.memory.contextTokens + (usage.output_tokens ?? 0);
  if (contextTokens === 0) return;
  out.add('usage', 'usage', { contextTokens });
  const [message] = out.messages;
  if (message && spent) message.spent = spent;
}

function adaptPartial(event: PartialEvent, out: Output): void {
  const text = textOf(event.text);
  if (event.kind === 'toolInput') {
    const name = event.toolName ?? 'a tool';
    out.status('tool_call_cut', `A call of ${name} was cut off before it was complete.`, { input: text });
  } else out.add(event.kind, event.kind === 'text' ? 'text-0' : 'think-0', { text, partial: true });
}

/** Only a limit that comes near is told here: a reached one is the runner's `limited` line, and `allowed` is no news. */
function adaptRateLimit({ rate_limit_info: info }: z.infer<typeof RateLimitEvent>, out: Output): void {
  if (info.status !== 'allowed_warning') return;
  const used = info.utilization === undefined ? 'most' : `${Math.round(info.utilization * 100)} %`;
  const limit = info.rateLimitType?.replaceAll('_', ' ') ?? 'usage';
  const until = info.resetsAt === undefined ? '' : `; it resets at ${new Date(info.resetsAt * 1000).toISOString()}`;
  out.status('limit_near', `${used} of the ${limit} limit is used${until}`, info);
}
