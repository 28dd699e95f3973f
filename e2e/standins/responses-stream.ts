import { ConnectionCut, tokensOf } from './anthropic-stream.ts';
import type { Part } from './responses-script.ts';

export interface Usage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

/** What streaming an answer needs from outside. */
export interface StreamContext {
  model: string;
  /** Tokens that went in, and how many of them count as read from the cache. */
  input: { tokens: number; cached: number };
  /** Resolves when the gate is released; rejects with an AbortError when the client went away. */
  waitForGate(name: string): Promise<void>;
  signal: AbortSignal;
}

const shortId = () => crypto.randomUUID().replaceAll('-', '').slice(0, 24);
const sse = (event: { type: string } & Record<string, unknown>) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** What was written must have left before the socket is dropped, else the cut is one before the first byte. */
const CUT_AFTER_MS = 100;
/** Fast pieces are joined up to this many characters a write. */
const WRITE_SIZE = 16 * 1024;
const ARGUMENT_PIECE = 24;

/** The answer as server-sent events, in the order of the real API. A gate may stand anywhere. */
export async function* streamOf(parts: Part[], context: StreamContext): AsyncGenerator<string> {
  const id = `resp_${shortId()}`;
  const base = { id, object: 'response', model: context.model };
  yield sse({ type: 'response.created', response: { ...base, status: 'in_progress', output: [] } });
  let index = 0;
  let written = 0;
  for (const part of parts) {
    if (part.kind === 'gate') await context.waitForGate(part.name);
    else if (part.kind === 'cut') {
      await Bun.sleep(CUT_AFTER_MS);
      throw new ConnectionCut();
    } else if (part.kind === 'fail') {
      const error = { code: part.code, message: part.message };
      yield sse({ type: 'response.failed', response: { ...base, status: 'failed', error } });
      return;
    } else if (part.kind !== 'inputTokens') {
      written += JSON.stringify(part).length;
      yield* itemEvents(part, index++, context.signal);
    }
  }
  const usage = usageOf(context.input, written);
  yield sse({ type: 'response.completed', response: { ...base, status: 'completed', output: [], usage } });
}

function usageOf({ tokens, cached }: StreamContext['input'], written: number): Usage {
  const output = tokensOf(written);
  return {
    input_tokens: tokens,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: tokens + output,
  };
}

type ItemPart = Exclude<Part, { kind: 'gate' | 'cut' | 'fail' | 'inputTokens' }>;

async function* itemEvents(part: ItemPart, index: number, signal: AbortSignal): AsyncGenerator<string> {
  const at = { output_index: index };
  const added = (item: object) => sse({ type: 'response.output_item.added', ...at, item });
  const done = (item: object) => sse({ type: 'response.output_item.done', ...at, item });
  switch (part.kind) {
    case 'reasoning':
      yield reasoningEvents(part.text, index);
      break;
    case 'text': {
      const item = { type: 'message', id: `msg_${shortId()}`, role: 'assistant' };
      let pending = added({ ...item, status: 'in_progress', content: [] });
      for (let from = 0; from < part.text.length; from += part.chunk) {
        const delta = part.text.slice(from, from + part.chunk);
        pending += sse({ type: 'response.output_text.delta', ...at, item_id: item.id, content_index: 0, delta });
        if (part.paceMs === 0 && pending.length < WRITE_SIZE) continue;
        yield pending;
        pending = '';
        if (part.paceMs > 0) await Bun.sleep(part.paceMs);
        if (signal.aborted) return;
      }
      const content = [{ type: 'output_text', text: part.text, annotations: [] }];
      yield part.unfinished ? pending : pending + done({ ...item, status: 'completed', content });
      break;
    }
    case 'call': {
      const item = { type: 'function_call', id: `fc_${shortId()}`, call_id: `call_${shortId()}`, name: part.name };
      const text = JSON.stringify(part.args);
      yield added({ ...item, status: 'in_progress', arguments: '' }) +
        pieces(text)
          .map((delta) => sse({ type: 'response.function_call_arguments.delta', ...at, item_id: item.id, delta }))
          .join('') +
        done({ ...item, status: 'completed', arguments: text });
      break;
    }
    case 'custom': {
      const item = { type: 'custom_tool_call', id: `ctc_${shortId()}`, call_id: `call_${shortId()}`, name: part.name };
      yield added({ ...item, status: 'in_progress', input: '' }) +
        pieces(part.input)
          .map((delta) => sse({ type: 'response.custom_tool_call_input.delta', ...at, item_id: item.id, delta }))
          .join('') +
        done({ ...item, status: 'completed', input: part.input });
      break;
    }
    case 'item':
      yield added(part.item) + done(part.item);
  }
}

function reasoningEvents(text: string, index: number): string {
  const item = { type: 'reasoning', id: `rs_${shortId()}` };
  const at = { output_index: index, item_id: item.id, summary_index: 0 };
  const part = { type: 'summary_text', text };
  return (
    sse({ type: 'response.output_item.added', output_index: index, item: { ...item, summary: [] } }) +
    sse({ type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } }) +
    pieces(text)
      .map((delta) => sse({ type: 'response.reasoning_summary_text.delta', ...at, delta }))
      .join('') +
    sse({ type: 'response.reasoning_summary_text.done', ...at, text }) +
    sse({ type: 'response.reasoning_summary_part.done', ...at, part }) +
    sse({
      type: 'response.output_item.done',
      output_index: index,
      item: { ...item, summary: [part], encrypted_content: btoa('stand-in') },
    })
  );
}

const pieces = (text: string): string[] => text.match(new RegExp(`[^]{1,${ARGUMENT_PIECE}}`, 'g')) ?? [];
