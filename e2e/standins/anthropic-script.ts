import type { MessagesRequest, Standing } from './anthropic-request.ts';

/** A part of one model answer, in the order in which it is streamed. */
export type Part =
  | { kind: 'thinking'; text: string; chunk: number; paceMs: number }
  | { kind: 'text'; text: string; chunk: number; paceMs: number }
  | { kind: 'toolUse'; name: string; input: Record<string, unknown> }
  /** Holds the stream until `release(name)`; the name is taken literally. */
  | { kind: 'gate'; name: string }
  /** Drops the connection here, in the middle of the stream. */
  | { kind: 'cut' }
  /** Reports this many input tokens for the call, e.g. to make the CLI compact by itself. */
  | { kind: 'inputTokens'; count: number };

/** An answer that is an error in Anthropic's form. */
export interface Failure {
  kind: 'failure';
  status: number;
  type: string;
  message: string;
  headers?: Record<string, string>;
}

/** What one model call gets; headers are sent with it. */
export type Answer = Failure | { kind: 'answer'; parts: Part[]; headers?: Record<string, string> };

/** What a scenario may look at to decide its answer. */
export interface Call extends Standing {
  request: MessagesRequest;
  match: RegExpMatchArray;
  /** How often this very call was asked before (the client's retries): 0 the first time. */
  attempt: number;
}

export type Step = Part[] | Failure | ((call: Call) => Part[] | Answer);

/** Steps for the prompts that match; step n answers the n-th model call since the prompt. */
export interface Scenario {
  pattern: RegExp;
  steps: Step[];
}

/** A script is a list of scenarios (the first that matches wins) or a function. */
export type Script = Scenario[] | ((call: Omit<Call, 'match'>) => Part[] | Answer);

export const thinking = (text: string, { chunk = 12, paceMs = 0 } = {}): Part => ({
  kind: 'thinking',
  text,
  chunk,
  paceMs,
});
/** Streams `text` in pieces of `chunk` characters with `paceMs` between them (0: as fast as the socket takes it). */
export const text = (value: string, { chunk = 12, paceMs = 0 } = {}): Part => ({
  kind: 'text',
  text: value,
  chunk,
  paceMs,
});
export const toolUse = (name: string, input: Record<string, unknown>): Part => ({ kind: 'toolUse', name, input });
export const gate = (name: string): Part => ({ kind: 'gate', name });
export const cut = (): Part => ({ kind: 'cut' });
export const inputTokens = (count: number): Part => ({ kind: 'inputTokens', count });

/** The API's name for each status that the stand-in sends. */
const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

export function failure(status: number, message: string, headers?: Record<string, string>): Failure {
  return { kind: 'failure', status, type: ERROR_TYPES[status] ?? 'api_error', message, headers };
}

export const when = (pattern: RegExp, ...steps: Step[]): Scenario => ({ pattern, steps });

/** Finds the answer for a call. After the last step of a scenario the model says "Done."; without a match it echoes. */
export function answerTo(script: Script, call: Omit<Call, 'match'>): Answer {
  if (typeof script === 'function') return asAnswer(script(call));
  for (const { pattern, steps } of script) {
    const match = call.prompt.match(pattern);
    if (!match) continue;
    const step = steps[call.call] ?? [text('Done.')];
    return asAnswer(typeof step === 'function' ? step({ ...call, match }) : step);
  }
  return asAnswer([text(`You said: ${call.prompt.slice(0, 2000)}`)]);
}

function asAnswer(given: Part[] | Answer): Answer {
  return Array.isArray(given) ? { kind: 'answer', parts: given } : given;
}
