import type { ControlValues, SessionControl } from '@agor/protocol';
import type { OllamaConfig } from '../config.ts';
import { type ModelFacts, type ModelServer, ServerFailure, type Think } from '../server/index.ts';
import { TurnFailed } from './interrupted.ts';
import { checkLevel, THINKING, thinkingControls, thinkingLevel, thinkOf } from './thinking.ts';

const UNKNOWN: ModelFacts = { tools: null, vision: null, thinking: 'unknown', contextWindow: null };
/** Taken when the person chose none and the server has it. */
const PREFERRED = 'qwen3:8b';
/** As a choice: whichever the server offers. */
const DEFAULT = 'default';

/** The model of a session: which one, and what it can do. */
export class Model {
  facts: ModelFacts = UNKNOWN;
  #wanted: string;
  #name: string | null = null;
  #learnt = false;
  #controls: ControlValues;

  constructor(
    private readonly server: ModelServer,
    private readonly config: OllamaConfig,
    wanted: string | undefined,
    controls: ControlValues,
  ) {
    this.#wanted = wanted ?? DEFAULT;
    this.#controls = controls;
  }

  /** As the server calls it. */
  get name(): string {
    return this.#name ?? this.#wanted;
  }

  /** It runs on a computer of one's own; Ollama's names of models that it runs elsewhere end so. */
  get isFree(): boolean {
    return this.server.isOwn && !/[:-]cloud$/.test(this.name);
  }

  get think(): Think {
    return thinkOf(this.facts, this.#level);
  }

  change(wanted: string): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#name = null;
    this.#learnt = false;
    this.facts = UNKNOWN;
  }

  choose(controls: ControlValues): void {
    const level = controls[THINKING];
    if (level !== undefined && this.#learnt) checkLevel(this.facts, level);
    this.#controls = { ...this.#controls, ...controls };
  }

  controls(): SessionControl[] {
    return thinkingControls(this.facts, this.#level);
  }

  /** Asks the server, when that was not done yet; whether there was something new. A model that is not there rejects. */
  async learn(signal: AbortSignal): Promise<boolean> {
    if (this.#learnt) return false;
    const wanted = this.#wanted;
    const name = wanted === DEFAULT ? await this.#choose(signal) : wanted;
    const facts = await this.#factsOf(name, signal);
    if (wanted !== this.#wanted) return this.learn(signal); // changed meanwhile
    this.#name = name;
    this.facts = { ...facts, contextWindow: facts.contextWindow ?? this.config.numCtx ?? null };
    this.#learnt = true;
    return true;
  }

  /** What showed only when it was tried. */
  correct(facts: Partial<ModelFacts>): void {
    this.facts = { ...this.facts, ...facts };
  }

  get #level(): string {
    return thinkingLevel(this.facts, this.#controls, this.config);
  }

  async #choose(signal: AbortSignal): Promise<string> {
    const ids = (await this.server.models(signal)).map(({ id }) => id);
    const found = ids.find((id) => id === PREFERRED) ?? ids.find((id) => !/embed/i.test(id));
    if (found !== undefined) return found;
    throw new TurnFailed(
      this.server.name.startsWith('Ollama')
        ? `${this.server.name} has no model yet. Fetch one with \`agor providers pull ollama ${PREFERRED}\` or \`ollama pull ${PREFERRED}\`.`
        : `${this.server.name} offers no model. Load one there, then send the prompt again.`,
    );
  }

  async #factsOf(name: string, signal: AbortSignal): Promise<ModelFacts> {
    try {
      return await this.server.facts(name, signal);
    } catch (error) {
      // A server that can't say what a model can do may run it all the same; one that has no such model says so at the call, too.
      if (error instanceof ServerFailure && error.kind === 'other' && error.class === 'unknown') return UNKNOWN;
      throw error;
    }
  }
}
