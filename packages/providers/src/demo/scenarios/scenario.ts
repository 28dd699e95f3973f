import type { PromptWords } from '../prompt-words.ts';
import type { DemoTurn } from '../turn.ts';

/** Something that the demo agent can play. */
export interface Scenario {
  /** The first word of the prompt. */
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  /** Whether the prompt means this scenario and is not a sentence that begins with the same word. */
  fits(prompt: PromptWords): boolean;
  run(turn: DemoTurn): Promise<void>;
}

export const anyWords = (): boolean => true;
/** Nothing but options. */
export const noWords = (prompt: PromptWords): boolean => prompt.words.length === 0;
export const atMostOneWord = (prompt: PromptWords): boolean => prompt.words.length <= 1;
export const someWords = (prompt: PromptWords): boolean => prompt.words.length > 0;
