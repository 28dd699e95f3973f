import { type BlockId, BlockId as BlockIds, type ImageInput, type PermissionMode, type PromptId } from '@agor/protocol';
import { type AgentContext, AskWithdrawn, type NewAsk } from '../runner/index.ts';
import type { DemoEvent, NewDemoEvent } from './events.ts';
import { numberOption, type PromptWords } from './prompt-words.ts';
import { seededRandom } from './random.ts';

/** The person interrupted the turn. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The turn ends as failed, with this message: what a vendor's error would do. */
export class TurnFailed extends Error {
  override readonly name = 'TurnFailed';
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/** What outlives a turn. */
export interface DemoState {
  readonly runId: string;
  readonly cwd: string;
  readonly ctx: AgentContext;
  model: string;
  permissionMode: PermissionMode;
  /** Tools that the person allowed with "always". */
  readonly allowed: Set<string>;
  eventCount: number;
  /** Those that run, by the call that started them. */
  readonly subagents: Map<string, DemoTurn>;
  /** Work that goes on after a turn and wakes the session. */
  inBackground(work: (signal: AbortSignal) => Promise<void>): void;
  /** Begins a turn that no prompt asked for, as soon as none runs. */
  wake(run: (turn: DemoTurn) => Promise<void>): void;
}

export interface TurnInput {
  readonly prompt: PromptWords;
  readonly promptId?: PromptId;
  readonly images: readonly ImageInput[];
}

const DEFAULT_PACE_MS = 15;
/** Tokens are counted as vendors roughly do: four characters each. */
const CHARS_PER_TOKEN = 4;
const PIECE_CHARS = 12;
const LONG_MS = 24 * 3_600_000;

type BlockKind = 'text' | 'thinking' | 'toolInput' | 'toolOutput';

/** What a scenario can do: everything goes through here, so that pace, interrupt and ids hold for all. */
export class DemoTurn {
  readonly prompt: PromptWords;
  readonly images: readonly ImageInput[];
  readonly random: () => number;
  readonly paceMs: number;
  outputChars = 0;
  /** What the model's window is said to hold at the end; undefined: what went in and out. */
  contextTokens: number | undefined;
  /** What the person said while the turn ran; null once it takes no more. */
  #steered: string[] | null = [];
  readonly #aborter = new AbortController();
  readonly #signal: AbortSignal;

  constructor(
    readonly state: DemoState,
    readonly input: TurnInput,
    /** Set while a subagent speaks. */
    private readonly parentId?: string,
    private readonly parent?: DemoTurn,
  ) {
    const { signal } = this.#aborter;
    this.#signal = parent ? AbortSignal.any([parent.signal, signal]) : signal;
    this.prompt = input.prompt;
    this.images = input.images;
    this.random = parent?.random ?? seededRandom(numberOption(input.prompt, 'seed', { fallback: 1, max: 2 ** 32 - 1 }));
    const usual = state.model === 'script-fast' ? 0 : DEFAULT_PACE_MS;
    this.paceMs = numberOption(input.prompt, 'pace', { fallback: usual, max: 60_000 });
  }

  /** How many subagents stand above what it says; 0: the agent itself. */
  get depth(): number {
    return this.parent ? this.parent.depth + 1 : 0;
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  get cwd(): string {
    return this.state.cwd;
  }

  /** The same turn, speaking as the subagent that the tool call started. */
  asSubagent(toolUseId: string): DemoTurn {
    return new DemoTurn(this.state, this.input, toolUseId, this);
  }

  interrupt(): void {
    this.#aborter.abort('interrupted');
  }

  /** False when the turn is about to end. */
  steer(text: string): boolean {
    if (!this.#steered || this.signal.aborted) return false;
    this.#steered.push(text);
    return true;
  }

  /** The last thing before the turn's end: from here on it takes nothing more. */
  async answerSteered(): Promise<void> {
    for (let text = this.#steered?.shift(); text !== undefined; text = this.#steered?.shift())
      await this.say(`You said while I worked: ${text}`);
    this.#steered = null;
  }

  get inputTokens(): number {
    return Math.ceil(this.prompt.text.length / CHARS_PER_TOKEN);
  }

  get outputTokens(): number {
    return Math.ceil(this.outputChars / CHARS_PER_TOKEN);
  }

  /** Throws `Interrupted` as soon as the person interrupts. */
  async pause(ms: number): Promise<void> {
    this.check();
    if (ms <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(new Interrupted());
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      this.signal.addEventListener('abort', stop, { once: true });
    });
  }

  check(): void {
    if (this.signal.aborted) throw new Interrupted();
  }

  /** Emits an event with its id; waits while the machine does not read. */
  async emit(event: NewDemoEvent, blockId?: BlockId): Promise<void> {
    const place = { id: this.nextId(), at: Date.now() };
    const parentId = event.parentId ?? this.parentId;
    await this.state.ctx.event({ ...place, ...event, ...(parentId ? { parentId } : {}) } as DemoEvent, blockId);
  }

  nextId(): string {
    return `${this.state.runId}-${++this.state.eventCount}`;
  }

  newBlock(): BlockId {
    return BlockIds.parse(`${this.nextId()}-block`);
  }

  async delta(blockId: BlockId, kind: BlockKind, text: string, toolUseId?: string): Promise<void> {
    this.check();
    await this.state.ctx.delta({ blockId, kind, text, toolUseId, parentId: this.parentId });
  }

  /** Says something, piece by piece. */
  say(text: string): Promise<void> {
    return this.#speak('text', pieces(text));
  }

  think(text: string): Promise<void> {
    return this.#speak('thinking', pieces(text));
  }

  /** Streams a block of the given pieces; cut short by an interrupt it leaves what was said, marked partial. */
  async #speak(kind: 'text' | 'thinking', parts: Iterable<string>, paceMs = this.paceMs): Promise<void> {
    const blockId = this.newBlock();
    let said = '';
    try {
      for (const part of parts) {
        await this.pause(paceMs);
        await this.delta(blockId, kind, part);
        said += part;
      }
    } catch (error) {
      if (error instanceof Interrupted && said) await this.emit({ type: kind, text: said, partial: true }, blockId);
      throw error;
    }
    this.#count(said);
    await this.emit({ type: kind, text: said }, blockId);
  }

  /** Says the pieces as they come, with `paceMs` before each. */
  stream(parts: Iterable<string>, paceMs = this.paceMs): Promise<void> {
    return this.#speak('text', parts, paceMs);
  }

  /** Waits until the person interrupts. */
  async forever(): Promise<never> {
    for (;;) await this.pause(LONG_MS);
  }

  #count(text: string): void {
    const turn = this.parent ?? this;
    turn.outputChars += text.length;
  }

  changeMode(mode: PermissionMode): void {
    this.state.permissionMode = mode;
    this.state.ctx.info({ permissionMode: mode });
  }

  /** Asks the person. An interrupt takes the question back. */
  async ask(ask: NewAsk): ReturnType<AgentContext['ask']> {
    try {
      return await this.state.ctx.ask({ ...ask, parentId: this.parentId }, this.signal);
    } catch (error) {
      if (error instanceof AskWithdrawn) throw new Interrupted();
      throw error;
    }
  }
}

function* pieces(text: string): Iterable<string> {
  let piece = '';
  for (const word of text.split(/(?<=\s)/)) {
    piece += word;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  if (piece) yield piece;
}
