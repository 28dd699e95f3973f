import type { Part } from './anthropic-script.ts';

export interface Usage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  output_tokens: number;
  service_tier: 'standard';
}

/** What streaming an answer needs from outside. */
export interface StreamContext {
  model: string;
  usage: Usage;
  /** Resolves when the gate is released; rejects with an AbortError when the client went away. */
  waitForGate(name: string): Promise<void>;
  signal: AbortSignal;
}

/** Thrown inside the stream by a `cut` part: the server drops the connection. */
export class ConnectionCut extends Error {}

const shortId = () => crypto.randomUUID().replaceAll('-', '').slice(0, 24);

type WireBlock =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> };

/** Rough but deterministic: four characters are one token, as the API's own estimate has it. */
export const tokensOf = (characters: number) => Math.max(1, Math.ceil(characters / 4));

export function contentOf(parts: Part[]): WireBlock[] {
  return parts.flatMap((part): WireBlock[] => {
    switch (part.kind) {
      case 'thinking':
        return [{ type: 'thinking', thinking: part.text, signature: btoa('stand-in signature') }];
      case 'text':
        return [{ type: 'text', text: part.text }];
      case 'toolUse':
        return [{ type: 'tool_use', id: `toolu_${shortId()}`, name: part.name, input: part.input }];
      default:
        return [];
    }
  });
}

const stopReason = (content: WireBlock[]) =>
  content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn';

/** The whole answer as one JSON message, for requests without `stream`. */
export function messageOf(parts: Part[], { model, usage }: Pick<StreamContext, 'model' | 'usage'>) {
  const content = contentOf(parts);
  return {
    id: `msg_${shortId()}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReason(content),
    stop_sequence: null,
    usage: { ...usage, output_tokens: tokensOf(JSON.stringify(content).length) },
  };
}

const sse = (event: { type: string } & Record<string, unknown>) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Fast pieces are joined up to this many characters a write, so that thousands of deltas are not thousands of writes. */
const WRITE_SIZE = 16 * 1024;

const CUT_AFTER_MS = 100;

/** The answer as server-sent events, in the order of the real API. A gate or pace may stand anywhere, also between deltas. */
export async function* streamOf(parts: Part[], context: StreamContext): AsyncGenerator<string> {
  const message = messageOf(parts, context);
  yield sse({
    type: 'message_start',
    message: { ...message, content: [], stop_reason: null, usage: { ...context.usage, output_tokens: 1 } },
  });
  yield sse({ type: 'ping' });
  let index = 0;
  for (const part of parts) {
    if (part.kind === 'gate') await context.waitForGate(part.name);
    else if (part.kind === 'cut') {
      // What was written must have left before the socket is dropped, else the cut is one before the first byte.
      await Bun.sleep(CUT_AFTER_MS);
      throw new ConnectionCut();
    } else if (part.kind !== 'inputTokens') {
      const block = message.content[index];
      if (block) yield* blockEvents(part, block, index, context.signal);
      index++;
    }
  }
  yield sse({
    type: 'message_delta',
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: message.usage,
  });
  yield sse({ type: 'message_stop' });
}

async function* blockEvents(part: Part, block: WireBlock, index: number, signal: AbortSignal): AsyncGenerator<string> {
  const delta = (value: Record<string, unknown>) => sse({ type: 'content_block_delta', index, delta: value } as never);
  const emptied = { thinking: { type: 'thinking', thinking: '', signature: '' }, text: { type: 'text', text: '' } };
  const start = block.type === 'tool_use' ? { ...block, input: {} } : emptied[block.type];
  let pending = sse({ type: 'content_block_start', index, content_block: start });
  const { whole, chunk, paceMs } = piecesOf(part, block);
  for (let from = 0; from < whole.length; from += chunk) {
    const piece = whole.slice(from, from + chunk);
    if (block.type === 'thinking') pending += delta({ type: 'thinking_delta', thinking: piece });
    else if (block.type === 'text') pending += delta({ type: 'text_delta', text: piece });
    else pending += delta({ type: 'input_json_delta', partial_json: piece });
    if (paceMs === 0 && pending.length < WRITE_SIZE) continue;
    yield pending;
    pending = '';
    if (paceMs > 0) await Bun.sleep(paceMs);
    if (signal.aborted) return;
  }
  if (block.type === 'thinking') pending += delta({ type: 'signature_delta', signature: block.signature });
  yield pending + sse({ type: 'content_block_stop', index });
}

function piecesOf(part: Part, block: WireBlock): { whole: string; chunk: number; paceMs: number } {
  if (block.type === 'tool_use') {
    const whole = JSON.stringify(block.input);
    return { whole, chunk: Math.max(24, Math.ceil(whole.length / 64)), paceMs: 0 };
  }
  const whole = block.type === 'text' ? block.text : block.thinking;
  const paced = part.kind === 'text' || part.kind === 'thinking';
  return { whole, chunk: paced ? part.chunk : whole.length, paceMs: paced ? part.paceMs : 0 };
}
