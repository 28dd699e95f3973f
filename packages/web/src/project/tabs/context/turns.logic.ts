import type { AgentMessage, BodyOf, SessionEvent } from '@agor/protocol';

/** Most turns and messages of one of them that are listed. */
export const MAX_TURNS = 50;
const MAX_NODES = 300;
const HEAD_CHARS = 160;

/** A message of a turn; what a subagent said stands below the call that began it. */
export interface TurnNode {
  readonly seq: number;
  readonly kind: 'text' | 'thinking' | 'tool' | 'compaction' | 'error';
  /** One line. */
  readonly words: string;
  readonly failed: boolean;
  readonly children: readonly TurnNode[];
}

export interface Turn {
  /** Of the event that began it: where the transcript goes. */
  readonly seq: number;
  /** The person's words; empty where the agent began by itself. */
  readonly prompt: string;
  readonly startedAt: number;
  /** Null: it runs, or nobody knows how it ended. */
  readonly endedAt: number | null;
  readonly outcome: BodyOf<'turnEnded'>['outcome'] | null;
  readonly costUsd: number | null;
  readonly tools: number;
  readonly nodes: readonly TurnNode[];
  /** Messages beyond MAX_NODES. */
  readonly left: number;
}

type Growing = { -readonly [Key in keyof TurnNode]: TurnNode[Key] } & { children: Growing[] };
type GrowingTurn = { -readonly [Key in keyof Turn]: Turn[Key] } & { nodes: Growing[] };

/** The turns of these events with their messages as a tree, the newest first. */
export function turnsOf(events: readonly SessionEvent[]): Turn[] {
  const prompts = new Map<string, string>();
  const turns: GrowingTurn[] = [];
  let calls = new Map<string, Growing>();
  for (const event of events) {
    if (event.kind === 'promptQueued') prompts.set(event.prompt.id, event.prompt.text);
    else if (event.kind === 'promptEdited') prompts.set(event.promptId, event.text);
    else if (event.kind === 'turnStarted') {
      turns.push(begun(event.seq, event.at, event.promptId ? (prompts.get(event.promptId) ?? '') : ''));
      calls = new Map();
    } else if (event.kind === 'turnEnded') {
      const turn = turns.at(-1);
      if (turn) Object.assign(turn, { endedAt: event.at, outcome: event.outcome });
    } else if (event.kind === 'message') take(turns.at(-1), event.message, event.seq, calls);
  }
  return turns.slice(-MAX_TURNS).reverse();
}

function begun(seq: number, startedAt: number, prompt: string): GrowingTurn {
  const unknown = { endedAt: null, outcome: null, costUsd: null };
  return { seq, startedAt, prompt: headOf(prompt), ...unknown, tools: 0, nodes: [], left: 0 };
}

function take(turn: GrowingTurn | undefined, message: AgentMessage, seq: number, calls: Map<string, Growing>): void {
  if (!turn) return;
  if (message.type === 'cost') turn.costUsd = message.content.costUsd ?? turn.costUsd;
  if (message.type === 'tool_result' && message.content.isError) {
    const call = calls.get(message.content.toolUseId);
    if (call) call.failed = true;
  }
  const node = nodeOf(message, seq);
  if (!node) return;
  if (message.type === 'tool_call') turn.tools++;
  if (countOf(turn.nodes) >= MAX_NODES) {
    turn.left++;
    return;
  }
  const above = message.parentId === undefined ? undefined : calls.get(message.parentId);
  (above ? above.children : turn.nodes).push(node);
  if (message.type === 'tool_call') calls.set(message.content.toolUseId, node);
}

function countOf(nodes: readonly Growing[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countOf(children), 0);
}

function nodeOf(message: AgentMessage, seq: number): Growing | null {
  const node = (kind: TurnNode['kind'], words: string, failed = false): Growing => ({
    seq,
    kind,
    words: headOf(words),
    failed,
    children: [],
  });
  switch (message.type) {
    case 'text':
    case 'thinking':
      return message.content.text.trim() === '' ? null : node(message.type, message.content.text);
    case 'tool_call':
      return node('tool', [message.content.name, message.content.title].filter(Boolean).join(' '));
    case 'compaction':
      return node('compaction', 'Conversation compacted');
    case 'error':
      return node('error', message.content.message, true);
    default:
      return null;
  }
}

function headOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= HEAD_CHARS ? line : `${line.slice(0, HEAD_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
