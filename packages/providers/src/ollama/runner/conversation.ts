import type { HistoryItem } from '@agor/protocol';
import type { ChatCall, ChatImage, ChatMessage } from '../server/index.ts';

const NO_RESULT = 'There is no result: the call was cut off before it finished.';
const NO_ANSWER = '(There was no answer.)';
const SUMMARY_LEAD = 'Summary of the conversation so far:';

type Assistant = Extract<ChatMessage, { role: 'assistant' }>;
type Result = Extract<ChatMessage, { role: 'tool' }>;

/** What was said, as the next model call gets it. The system prompt is not part of it. */
export class Conversation {
  #messages: ChatMessage[] = [];

  static fromHistory(items: readonly HistoryItem[], shorten: (output: string) => string): Conversation {
    const conversation = new Conversation();
    for (const item of items) conversation.#remember(item, shorten);
    conversation.repair();
    return conversation;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  user(text: string, images: readonly ChatImage[] = []): void {
    // Some models refuse a conversation in which the same side speaks twice.
    const last = this.#messages.at(-1);
    if (last?.role === 'user') {
      const joined = {
        role: 'user',
        text: `${last.text}\n\n${text}`,
        images: [...(last.images ?? []), ...images],
      } as const;
      this.#messages[this.#messages.length - 1] = joined;
    } else {
      this.#messages.push({ role: 'user', text, ...(images.length > 0 ? { images } : {}) });
    }
  }

  assistant(message: Omit<Assistant, 'role'>): void {
    if (message.text || message.calls.length > 0) this.#messages.push({ role: 'assistant', ...message });
  }

  result(call: ChatCall, output: string, isError: boolean): void {
    this.#messages.push({ role: 'tool', callId: call.id, name: call.name, output, isError });
  }

  /** The turn is over: a prompt that got no answer has this one, so that the next prompt is not taken for a part of it. */
  settle(): void {
    this.repair();
    if (this.#messages.at(-1)?.role === 'user') this.assistant({ text: NO_ANSWER, calls: [] });
    this.#forgetThoughts();
  }

  /** What a model thought is of use to it only in the turn in which it thought so. */
  #forgetThoughts(): void {
    this.#messages = this.#messages.map((message) => {
      if (message.role !== 'assistant' || message.thinking === undefined) return message;
      const { thinking: _, ...rest } = message;
      return rest;
    });
  }

  /** Everything before is replaced by what a summary says of it. */
  compactTo(summary: string): void {
    this.#messages = [{ role: 'user', text: `${SUMMARY_LEAD}\n\n${summary}` }];
  }

  /** Makes every call have its result right behind it and every result its call: a process may have died between the two. */
  repair(): void {
    const results = new Map<string, Result>();
    const called = new Set<string>();
    for (const message of this.#messages) {
      if (message.role === 'tool' && !results.has(message.callId)) results.set(message.callId, message);
      if (message.role === 'assistant') for (const { id } of message.calls) called.add(id);
    }
    const repaired: ChatMessage[] = [];
    for (const message of this.#messages) {
      if (message.role !== 'tool') repaired.push(message);
      else if (!called.has(message.callId)) repaired.push(strayResult(message));
      if (message.role === 'assistant') for (const call of message.calls) repaired.push(resultOf(call, results));
    }
    this.#messages = repaired;
  }

  #remember(item: HistoryItem, shorten: (output: string) => string): void {
    switch (item.kind) {
      case 'summary':
        this.compactTo(item.text);
        break;
      case 'user': {
        const last = this.#messages.at(-1);
        if (last?.role === 'user' && !last.text.startsWith(SUMMARY_LEAD))
          this.assistant({ text: NO_ANSWER, calls: [] });
        this.user(item.text);
        break;
      }
      case 'assistant':
        this.assistant({ text: item.text, calls: [] });
        break;
      case 'toolCall':
        this.#addCall({ id: item.toolUseId, name: item.name, input: item.input });
        break;
      case 'toolResult':
        this.#messages.push({
          role: 'tool',
          callId: item.toolUseId,
          name: this.#nameOf(item.toolUseId),
          output: shorten(item.output),
          isError: item.isError,
        });
    }
  }

  /** Calls of one answer stand behind each other in the log; together they are one message. */
  #addCall(call: ChatCall): void {
    const last = this.#messages.at(-1);
    if (last?.role === 'assistant')
      this.#messages[this.#messages.length - 1] = { ...last, calls: [...last.calls, call] };
    else this.#messages.push({ role: 'assistant', text: '', calls: [call] });
  }

  #nameOf(callId: string): string {
    for (const message of this.#messages)
      if (message.role === 'assistant') for (const call of message.calls) if (call.id === callId) return call.name;
    return 'unknown';
  }
}

function resultOf({ id, name }: ChatCall, results: ReadonlyMap<string, Result>): Result {
  const { output = NO_RESULT, isError = true } = results.get(id) ?? {};
  return { role: 'tool', callId: id, name, output, isError };
}

function strayResult({ name, output }: Result): ChatMessage {
  return { role: 'user', text: `(Output of an earlier ${name === 'unknown' ? 'tool call' : name}:)\n${output}` };
}
