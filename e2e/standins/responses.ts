/**
 * A local stand-in of OpenAI's Responses API (SSE over HTTP) that leads the real Codex through scripted conversations.
 *
 * The answer to a call is chosen by the text of the last prompt and by how often the model has answered since, both read
 * from the request: the stand-in keeps no conversation, serves any number of sessions at once and goes on after a kill.
 *
 * | words in the prompt              | what the model does                                                          |
 * | -------------------------------- | ---------------------------------------------------------------------------- |
 * | `write FILE: CONTENT`            | reasoning, text, `pwd`, then text, a patch that adds the file, then text       |
 * | `hello`                          | one short text                                                               |
 * | `slow N pace MS`                 | N words, a pause of MS (20) after each 8 characters (0: large pieces)        |
 * | `gate NAME`                      | text, holds the stream until `release(NAME)` ("gate"), text                  |
 * | `stream N`                       | N deltas of one character as fast as they go                                 |
 * | `run: COMMAND`                   | that command, then text with its output                                      |
 * | `escalate: COMMAND`              | that command with a wish to run outside of the sandbox, then text              |
 * | `edit FILE replace A with B`     | `cat`, a patch of that one line, text                                          |
 * | `parallel`                       | text and three commands in one answer                                        |
 * | `big output`                     | a command that prints 300 kB                                                 |
 * | `loop`                           | a command that never ends (for interrupts)                                   |
 * | `background`                     | a command that goes on behind the turn                                       |
 * | `ask question`                   | request_user_input, then text with the answer                                |
 * | `present plan`                   | a proposed plan                                                              |
 * | `todo`                           | update_plan where it is offered                                              |
 * | `call tool TOOL of SERVER`       | that tool of an MCP server, then text with its result                          |
 * | `image`                          | says type and size of each image of the prompt                               |
 * | `fill context`                   | reports 250 000 input tokens                                                 |
 * | `fail 400|401|403|404|500|503`   | that error                                                                   |
 * | `fail 429`, `fail quota`         | rate limit with `retry-after: 1`; a quota that is used up                    |
 * | `fail limit`, `warn limit`       | the account's usage limit is reached; an answer with headers at 92 %         |
 * | `fail context|overloaded`        | a stream that ends as failed                                                 |
 * | `fail once`                      | 500, then an answer at the retry                                             |
 * | `fail cut`                       | a few deltas, then the connection drops                                      |
 * | anything else                    | "You said: …"                                                                |
 */
import { Gates } from './anthropic-gates.ts';
import { type RecordedRequest, Recorder } from './anthropic-record.ts';
import { ConnectionCut, tokensOf } from './anthropic-stream.ts';
import { type ResponsesRequest, responsesRequest, standingOf } from './responses-request.ts';
import { BUILT_IN, SIDE_QUERIES } from './responses-scenarios.ts';
import { type Answer, answerTo, type Failure, failure, type Part, type Script } from './responses-script.ts';
import { streamOf } from './responses-stream.ts';

export * from './responses-script.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Retries are counted for this many calls; the oldest is forgotten. */
const MAX_ATTEMPTS = 1000;
const PATH = '/v1/responses';

export interface ResponsesStandIn extends AsyncDisposable {
  /** Base URL of the API, with its /v1. */
  url: string;
  port: number;
  /** The last 1000 requests (at most 256 MiB of bodies), oldest first. */
  requests: RecordedRequest<ResponsesRequest>[];
  /** Resolves with the n-th (from 1) model call since the start; fails after `limitMs`. */
  waitForRequest(n: number, limitMs?: number): Promise<RecordedRequest<ResponsesRequest>>;
  /** Opens a gate once: the stream that waits at it (or the next that comes to it) goes on. */
  release(name?: string): void;
  /** Streams that wait at a gate now. */
  waitingAt(name?: string): number;
  close(): Promise<void>;
}

export interface ResponsesOptions {
  port?: number;
  /** Default: the built-in script. A list also gets `SIDE_QUERIES`; a function answers everything itself. */
  script?: Script;
}

/** Starts the stand-in on loopback. The caller ends it with `close()`. */
export function startResponses({ port = 0, script = BUILT_IN }: ResponsesOptions = {}): ResponsesStandIn {
  const scenes = Array.isArray(script) ? [...SIDE_QUERIES, ...script] : script;
  const recorder = new Recorder<ResponsesRequest>(PATH);
  const attempts = new Map<string, number>();
  const gates = new Gates();

  const countAttempt = (key: string) => {
    const attempt = attempts.get(key) ?? 0;
    attempts.delete(key);
    attempts.set(key, attempt + 1);
    if (attempts.size > MAX_ATTEMPTS) attempts.delete(attempts.keys().next().value ?? '');
    return attempt;
  };

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port,
    idleTimeout: 0,
    maxRequestBodySize: MAX_BODY_BYTES,
    async fetch(request): Promise<Response> {
      const { pathname } = new URL(request.url);
      const entry = {
        method: request.method,
        path: pathname,
        headers: Object.fromEntries(request.headers),
        at: Date.now(),
      };
      if (pathname !== PATH || request.method !== 'POST') {
        recorder.add(entry);
        return refuse(failure(404, `${request.method} ${pathname} is not known here`));
      }
      const raw = await request.text();
      const parsed = responsesRequest.safeParse(parseJson(raw));
      if (!parsed.success) {
        recorder.add(entry);
        return refuse(failure(400, `request body: ${parsed.error.issues[0]?.message ?? 'not JSON'}`));
      }
      const body = parsed.data;
      const standing = standingOf(body);
      recorder.add({ ...entry, body, prompt: standing.prompt, call: standing.call }, raw.length);
      const attempt = countAttempt(`${body.prompt_cache_key ?? ''} ${body.input.length} ${standing.prompt}`);
      const answer = answerTo(scenes, { ...standing, request: body, attempt });
      return answer.kind === 'failure' ? refuse(answer) : respond(answer, body, request.signal, gates);
    },
  });

  const close = async () => {
    gates.closeAll();
    await server.stop(true);
  };

  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    port: server.port ?? 0,
    requests: recorder.requests,
    waitForRequest: (n, limitMs = 20_000) => recorder.waitFor(n, limitMs),
    release: (name = 'gate') => gates.release(name),
    waitingAt: (name = 'gate') => gates.waiting(name),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Not JSON is undefined: the schema then refuses it as it refuses any other wrong body. */
function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

const requestId = () => ({ 'x-request-id': `req_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}` });

function refuse({ status, body, headers }: Failure): Response {
  return Response.json(body, { status, headers: { ...requestId(), ...headers } });
}

function respond(
  { parts, headers }: Exclude<Answer, Failure>,
  body: ResponsesRequest,
  signal: AbortSignal,
  gates: Gates,
): Response {
  const events = streamOf(parts, {
    model: body.model,
    input: inputOf(parts, body),
    signal,
    waitForGate: (name) => gates.wait(name, signal),
  });
  return new Response(toStream(events), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...requestId(), ...headers },
  });
}

/** Everything but the last item counts as read from the cache, as it would be in a real conversation. */
function inputOf(parts: Part[], { input }: ResponsesRequest) {
  const reported = parts.find((part) => part.kind === 'inputTokens');
  if (reported) return { tokens: reported.count, cached: 0 };
  const tokens = tokensOf(JSON.stringify(input).length);
  return { tokens, cached: Math.max(0, tokens - tokensOf(JSON.stringify(input.at(-1) ?? '').length)) };
}

/** Pulls, so that a reader that does not read stops the writer; a cut ends the connection without an end of stream. */
function toStream(events: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let left = false;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await events.next();
        if (left) return;
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        if (left) return;
        // A cut is scripted; a gate that nobody released, or a bug of the script, must be seen.
        if (!(error instanceof ConnectionCut)) console.error(error);
        // Without a reason: Bun drops the connection all the same, and prints nothing.
        controller.error();
      }
    },
    async cancel() {
      left = true;
      await events.return(undefined);
    },
  });
}
