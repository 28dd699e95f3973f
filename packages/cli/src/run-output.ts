import type { AgentMessage, Delta } from '@agor/protocol';
import { clean, render } from './render.ts';

/**
 * What `agor run` prints. With `json` one AgentMessage a line and as the last one `cost` or `error`: such a message is
 * held back until something follows or the turn ends. Without, text for a terminal, streamed as it comes.
 */
export class RunOutput {
  #held: AgentMessage | null = null;
  /** The error that the agent told as the last thing it said. */
  #toldError: string | null = null;
  /** The block that is being streamed to the terminal, and how much of it. */
  #open: { blockId: string; chars: number } | null = null;

  constructor(
    readonly json: boolean,
    private readonly write: (text: string) => void = (text) => void process.stdout.write(text),
  ) {}

  delta(delta: Delta): void {
    if (this.json || delta.kind !== 'text' || delta.parentId) return;
    if (this.#open?.blockId !== delta.blockId) {
      if (delta.offset !== 0) return; // began before we came; the whole message follows
      this.#closeLine();
      this.#open = { blockId: delta.blockId, chars: 0 };
    }
    if (delta.offset > this.#open.chars) return; // a hole: the rest comes with the whole message
    const fresh = delta.text.slice(this.#open.chars - delta.offset);
    this.#open.chars += fresh.length;
    this.write(clean(fresh));
  }

  message(message: AgentMessage): void {
    this.#release();
    if (message.type !== 'cost') this.#toldError = message.type === 'error' ? message.content.message : null;
    if (this.json) {
      if (message.type === 'cost' || message.type === 'error') this.#held = message;
      else this.#line(message);
      return;
    }
    if (this.#open && message.blockId === this.#open.blockId && message.type === 'text') {
      this.write(`${clean(message.content.text.slice(this.#open.chars))}\n`);
      this.#open = null;
      return;
    }
    this.#closeLine();
    const text = render(message);
    if (text) this.write(`${text}\n`);
  }

  /** The turn is over. `error` is printed unless the agent itself said as the last thing how it ended. */
  end(error: AgentMessage | null): undefined {
    const said = this.#held;
    this.#closeLine();
    if (error && said?.type !== 'error') {
      if (said) this.#line(said);
      this.#held = null;
      if (this.json) this.#line(error);
      else if (error.type !== 'error' || error.content.message !== this.#toldError) this.write(`${render(error)}\n`);
      return;
    }
    this.#release();
  }

  #release(): void {
    if (this.#held) this.#line(this.#held);
    this.#held = null;
  }

  #line(message: AgentMessage): void {
    this.write(`${JSON.stringify(message)}\n`);
  }

  #closeLine(): void {
    if (this.#open) this.write('\n');
    this.#open = null;
  }
}
