import { type Clock, type Line, LineSplitter, systemClock } from '@agor/runtime';
import { z } from 'zod';
import { brokenOff, failureOf, retryAfterMs, ServerFailure, unreachable } from './failure.ts';

/** Loading a large model takes minutes before the first byte comes. */
export const FIRST_BYTE_LIMIT_MS = 15 * 60_000;
/** Between two pieces of a stream; reading a long prompt comes before the first. */
export const SILENCE_LIMIT_MS = 10 * 60_000;
/** For questions that a server answers at once. */
export const ANSWER_LIMIT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MAX_LINE_BYTES = 16 * 1024 * 1024;

export interface Target {
  /** For people. */
  readonly name: string;
  readonly url: string;
  /** Goes into `Authorization`, and nowhere else. */
  readonly key?: string | undefined;
}

/** Errors as Ollama, OpenAI, FastAPI and others write them. */
const ErrorBody = z.union([
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ error: z.looseObject({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
]);

/** A message out of an error's body, whatever its form. */
export function errorText(body: string): string {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return body.slice(0, 2_000); // a proxy's page, or plain words
  }
  const known = ErrorBody.safeParse(raw);
  return (known.success ? known.data : body).slice(0, 2_000);
}

/** Sends a request; an answer that is an error rejects with a `ServerFailure`. `limitMs` bounds the wait for its first byte. */
export async function send(
  target: Target,
  path: string,
  options: {
    readonly body?: unknown;
    readonly model?: string;
    readonly signal: AbortSignal;
    readonly limitMs?: number;
    readonly clock?: Clock;
    readonly traceparent?: string | undefined;
  },
): Promise<Response> {
  const { body, signal, limitMs = ANSWER_LIMIT_MS, clock = systemClock } = options;
  const late = new AbortController();
  const timer = clock.setTimeout(() => late.abort(), limitMs);
  try {
    const response = await fetch(`${target.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
        ...(target.key ? { authorization: `Bearer ${target.key}` } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.any([signal, late.signal]),
      // Bun gives up after 5 minutes by itself; a model may take longer to load.
      timeout: false,
    } as RequestInit);
    if (response.ok) return response;
    const text = errorText(await response.text());
    throw failureOf(target.name, options.model ?? null, {
      status: response.status,
      text,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
    });
  } catch (error) {
    if (signal.aborted || error instanceof ServerFailure) throw error;
    throw unreachable(target.name, late.signal.aborted ? `no answer within ${limitMs / 1000} s` : error);
  } finally {
    timer.cancel();
  }
}

/** A whole JSON answer, read by its schema. */
export async function ask<Schema extends z.ZodType>(
  target: Target,
  path: string,
  schema: Schema,
  options: { readonly body?: unknown; readonly model?: string; readonly signal: AbortSignal },
): Promise<z.infer<Schema>> {
  const limited = AbortSignal.any([options.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
  const response = await send(target, path, { ...options, signal: limited }).catch((error: unknown) => {
    throw limited.aborted && !options.signal.aborted ? unreachable(target.name, 'no answer in time') : error;
  });
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength > MAX_ANSWER_BYTES) throw new ServerFailure(`${target.name} answered ${path} with too much.`);
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new ServerFailure(`${target.name} answered ${path} with something that is no JSON. Is its address right?`);
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ServerFailure(
    `${target.name} answered ${path} in a form that is not understood (${issue?.path.join('.')}: ${issue?.message}).`,
  );
}

/** The lines of a streamed answer as JSON. Rejects when the stream breaks or stays silent for too long. */
export async function* ndjson(
  target: Target,
  response: Response,
  signal: AbortSignal,
  clock: Clock = systemClock,
): AsyncGenerator<unknown> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  for await (const chunk of watched(target, response, signal, clock))
    for (const line of splitter.push(chunk)) yield* json(target, line);
  const last = splitter.end();
  if (last !== null) yield* json(target, last);
}

function* json(target: Target, line: Line): Generator<unknown> {
  if (typeof line !== 'string') throw brokenOff(target.name, `a line of ${line.bytes} bytes`);
  if (line.trim() === '') return;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw brokenOff(target.name, `a line is no JSON: ${line.slice(0, 200)}`);
  }
  yield value;
}

async function* watched(
  target: Target,
  response: Response,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const reader = (response.body ?? new Blob().stream()).getReader();
  const silence = Promise.withResolvers<never>();
  silence.promise.catch(() => {}); // nobody waits for it once the stream has ended
  try {
    for (;;) {
      const timer = clock.setTimeout(
        () => silence.reject(brokenOff(target.name, `nothing came for ${SILENCE_LIMIT_MS / 60_000} minutes`)),
        SILENCE_LIMIT_MS,
      );
      const { done, value } = await Promise.race([reader.read(), silence.promise]).finally(() => timer.cancel());
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (signal.aborted || error instanceof ServerFailure) throw error;
    throw brokenOff(target.name, error instanceof Error ? error.message : String(error));
  } finally {
    // Hangs up, so that the server stops computing. What was read to its end has nothing to cancel.
    await reader.cancel().catch(() => {});
  }
}
