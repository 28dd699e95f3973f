/**
 * What a scripted model does, told without the words of any API or agent: the stand-ins of the chat completions and of the
 * Gemini API share it. Prompts and scenarios: model-scenarios.ts.
 */
import type { Part } from './anthropic-script.ts';
import { type NeutralTool, type OfferedTool, toolCall } from './model-tools.ts';

export type { Part } from './anthropic-script.ts';
export { cut, gate, text, thinking } from './anthropic-script.ts';

/** The result of one tool call, as the agent handed it to the model. */
export interface ToolOutput {
  readonly name: string;
  readonly text: string;
}

/** Where a conversation stands, read from the request alone: no stand-in keeps a conversation. */
export interface Standing {
  readonly model: string;
  /** What the person asked last, without what the agent wrote around it. */
  readonly prompt: string;
  /** Answers that the model has given since: 0 for the first call. */
  readonly call: number;
  /** Results of the last answer's tool calls, in their order. */
  readonly results: readonly ToolOutput[];
  readonly images: readonly { readonly mediaType: string; readonly bytes: number }[];
  readonly tools: readonly OfferedTool[];
}

export interface Call extends Standing {
  readonly match: RegExpMatchArray;
  /** How often this very call came before (the client's retries): 0 the first time. */
  readonly attempt: number;
  /** A call of whichever tool this agent offers for that; a text that says so when it has none. */
  readonly use: (tool: NeutralTool, input: Record<string, unknown>) => Part;
}

export interface Failure {
  readonly kind: 'failure';
  readonly status: number;
  readonly message: string;
  readonly headers?: Record<string, string>;
}

export type Step = Part[] | Failure | ((call: Call) => Part[] | Failure);

/** Step n answers the n-th model call since the prompt. */
export interface Scenario {
  readonly pattern: RegExp;
  readonly steps: readonly Step[];
}

export const when = (pattern: RegExp, ...steps: Step[]): Scenario => ({ pattern, steps });

export const failure = (status: number, message: string, headers?: Record<string, string>): Failure => ({
  kind: 'failure',
  status,
  message,
  ...(headers ? { headers } : {}),
});

/** The answer to a call. After the last step of a scenario the model says "Done."; without a match it echoes. */
export function answerTo(scenarios: readonly Scenario[], standing: Standing, attempt: number): Part[] | Failure {
  const use: Call['use'] = (tool, input) => toolCall(standing.tools, tool, input);
  for (const { pattern, steps } of scenarios) {
    const match = standing.prompt.match(pattern);
    if (!match) continue;
    const step = steps[standing.call] ?? [{ kind: 'text', text: 'Done.', chunk: 12, paceMs: 0 }];
    return typeof step === 'function' ? step({ ...standing, match, attempt, use }) : step;
  }
  return [{ kind: 'text', text: `You said: ${standing.prompt.slice(0, 2000)}`, chunk: 12, paceMs: 0 }];
}
