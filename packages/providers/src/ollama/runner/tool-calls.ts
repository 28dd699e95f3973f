import { AskWithdrawn } from '../../runner/index.ts';
import type { ChatCall } from '../server/index.ts';
import { type Tool, type ToolOutcome, ToolRefusal } from '../tools/index.ts';
import { Interrupted } from './interrupted.ts';
import type { Session } from './session.ts';

/** A model that makes the very same call again and again is told so, and then stopped. */
const REPEATS_TOLD = 3;
export const REPEATS_STOPPED = 8;
const MAX_OUTPUT_CHARS = 1024 * 1024;

/** Makes the calls of an answer, one after the other, and hands their results to the person and the model. */
export class ToolCalls {
  /** How often the last call came in a row. */
  repeats = 0;
  #last = '';

  constructor(
    private readonly session: Session,
    private readonly signal: AbortSignal,
  ) {}

  /** All are announced first: what waits for its turn is seen to. Rejects with `Interrupted`; every call has its result also then. */
  async run(calls: readonly ChatCall[]): Promise<void> {
    const { emitter, place } = this.session;
    const tools = this.session.tools();
    for (const { id, name, input } of calls) {
      const tool = find(tools, name);
      const title = tool?.title(input, place);
      await emitter.emit({ type: 'toolCall', toolUseId: id, name, kind: tool?.kind ?? 'other', title, input });
    }
    let interrupted = false;
    for (const call of calls) {
      if (interrupted || this.signal.aborted) {
        interrupted = true;
        await this.#tell(call, { output: 'Interrupted before it was made.', isError: true }, { interrupted });
      } else {
        interrupted = !(await this.#make(call, find(tools, call.name)));
      }
    }
    if (interrupted) throw new Interrupted();
  }

  /** Whether it came to its end. */
  async #make(call: ChatCall, tool: Tool | undefined): Promise<boolean> {
    const started = this.session.clock.monotonic();
    const durationMs = () => Math.round(this.session.clock.monotonic() - started);
    try {
      const outcome = tool ? await this.#allowed(call, tool) : this.#unknown(call);
      await this.#tell(call, this.#noted(call, outcome), { durationMs: durationMs() });
      return true;
    } catch (error) {
      if (this.signal.aborted || error instanceof AskWithdrawn) {
        await this.#tell(call, { output: 'Interrupted by the person.', isError: true }, { interrupted: true });
        return false;
      }
      const output = error instanceof Error ? error.message : String(error);
      if (!(error instanceof ToolRefusal)) this.session.ctx.log(`the tool ${call.name} failed: ${output}`);
      await this.#tell(call, this.#noted(call, { output, isError: true }), { durationMs: durationMs() });
      return true;
    }
  }

  async #allowed(call: ChatCall, tool: Tool): Promise<ToolOutcome> {
    const { permissions, place, emitter, ctx } = this.session;
    const { signal } = this;
    const decision = await permissions.decide(tool, tool.parse(call.input), call.id, signal);
    if (!decision.allowed) return { output: decision.message, isError: true };
    return await tool.run(decision.input, {
      place,
      toolUseId: call.id,
      signal,
      newBlock: () => emitter.newBlock(),
      output: (blockId, text) => ctx.delta({ blockId, kind: 'toolOutput', text, toolUseId: call.id }),
    });
  }

  #unknown({ name }: ChatCall): ToolOutcome {
    const names = this.session.tools().map((tool) => tool.name);
    return { output: `There is no tool ${name}. Your tools: ${names.join(', ')}.`, isError: true };
  }

  /** A model in a circle gets a word that may lead it out. */
  #noted(call: ChatCall, outcome: ToolOutcome): ToolOutcome {
    const key = JSON.stringify([call.name, call.input, outcome.output]);
    this.repeats = key === this.#last ? this.repeats + 1 : 1;
    this.#last = key;
    if (this.repeats < REPEATS_TOLD) return outcome;
    const note = `You made this very call ${this.repeats} times, with the same result. Do something else, or say what is in the way.`;
    return { ...outcome, output: `${outcome.output}\n\n(${note})` };
  }

  async #tell(
    call: ChatCall,
    { blockId, output, ...outcome }: ToolOutcome,
    how: { readonly durationMs?: number; readonly interrupted?: boolean },
  ): Promise<void> {
    const { conversation, emitter, window } = this.session;
    conversation.result(call, window.shorten(output), outcome.isError ?? false);
    const kept = output.slice(0, MAX_OUTPUT_CHARS);
    await emitter.emit({ type: 'toolResult', toolUseId: call.id, output: kept, ...outcome, ...how }, blockId);
  }
}

/** Small models write a tool's name as they like. */
function find(tools: readonly Tool[], name: string): Tool | undefined {
  return (
    tools.find((tool) => tool.name === name) ?? tools.find((tool) => tool.name.toLowerCase() === name.toLowerCase())
  );
}
