import type { ResponsesRequest, Standing } from './responses-request.ts';

/** A part of one model answer, in the order in which it is streamed. */
export type Part =
  | { kind: 'reasoning'; text: string }
  /** `unfinished`: its end is not told, for what comes is a cut. */
  | { kind: 'text'; text: string; chunk: number; paceMs: number; unfinished: boolean }
  | { kind: 'call'; name: string; args: Record<string, unknown> }
  /** A call of a tool that takes text instead of JSON, such as `apply_patch`. */
  | { kind: 'custom'; name: string; input: string }
  /** Any other item, as it is. */
  | { kind: 'item'; item: { type: string } & Record<string, unknown> }
  /** Holds the stream until `release(name)`. */
  | { kind: 'gate'; name: string }
  /** Drops the connection here, in the middle of the stream. */
  | { kind: 'cut' }
  /** The answer ends as failed, with that error. */
  | { kind: 'fail'; code: string; message: string }
  /** Reports this many input tokens for the call. */
  | { kind: 'inputTokens'; count: number };

/** An answer that is an error in OpenAI's form. */
export interface Failure {
  kind: 'failure';
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** What one model call gets; headers are sent with it. */
export type Answer = Failure | { kind: 'answer'; parts: Part[]; headers?: Record<string, string> };

/** What a scenario may look at to decide its answer. */
export interface Call extends Standing {
  request: ResponsesRequest;
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

export const reasoning = (text: string): Part => ({ kind: 'reasoning', text });
/** Streams `text` in pieces of `chunk` characters with `paceMs` between them (0: as fast as the socket takes it). */
export const text = (value: string, { chunk = 12, paceMs = 0, unfinished = false } = {}): Part => ({
  kind: 'text',
  text: value,
  chunk,
  paceMs,
  unfinished,
});
export const call = (name: string, args: Record<string, unknown>): Part => ({ kind: 'call', name, args });
export const exec = (cmd: string, more: Record<string, unknown> = {}): Part => call('exec_command', { cmd, ...more });
export const patch = (...lines: string[]): Part => ({
  kind: 'custom',
  name: 'apply_patch',
  input: ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n'),
});
export const item = (value: { type: string } & Record<string, unknown>): Part => ({ kind: 'item', item: value });
export const gate = (name: string): Part => ({ kind: 'gate', name });
export const cut = (): Part => ({ kind: 'cut' });
export const fail = (code: string, message: string): Part => ({ kind: 'fail', code, message });
export const inputTokens = (count: number): Part => ({ kind: 'inputTokens', count });

/** The API's name for each status that the stand-in sends. */
const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  403: 'permission_error',
  404: 'invalid_request_error',
  429: 'rate_limit_exceeded',
  500: 'server_error',
  503: 'server_error',
};

export function failure(
  status: number,
  message: string,
  more: { code?: string; type?: string; error?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Failure {
  const type = more.type ?? ERROR_TYPES[status] ?? 'server_error';
  const body = { error: { message, type, param: null, code: more.code ?? null, ...more.error } };
  return { kind: 'failure', status, body, ...(more.headers ? { headers: more.headers } : {}) };
}

export const when = (pattern: RegExp, ...steps: Step[]): Scenario => ({ pattern, steps });

/** Finds the answer for a call. After the last step of a scenario the model says "Done."; without a match it echoes. */
export function answerTo(script: Script, given: Omit<Call, 'match'>): Answer {
  if (typeof script === 'function') return asAnswer(script(given));
  for (const { pattern, steps } of script) {
    const match = given.prompt.match(pattern);
    if (!match) continue;
    const step = steps[given.call] ?? [text('Done.')];
    return asAnswer(typeof step === 'function' ? step({ ...given, match }) : step);
  }
  return asAnswer([text(`You said: ${given.prompt.slice(0, 2000)}`)]);
}

function asAnswer(given: Part[] | Answer): Answer {
  return Array.isArray(given) ? { kind: 'answer', parts: given } : given;
}
