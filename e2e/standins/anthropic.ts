/**
 * A local stand-in of Anthropic's Messages API that leads the real Claude CLI through scripted conversations.
 *
 * The answer to a call is chosen by the text of the last prompt and by how often the model has answered since, both read
 * from the request: the stand-in keeps no conversation, serves any number of sessions at once and goes on after a kill.
 *
 * | words in the prompt                    | what the model does                                                              |
 * | -------------------------------------- | -------------------------------------------------------------------------------- |
 * | `write FILE: CONTENT`                  | thinking, text, Bash `echo hi && pwd`, then text, Write (asks), then text        |
 * | `hello`                                | one short text                                                                   |
 * | `slow N pace MS`                       | N words, a pause of MS (20) after each 8 characters (0: large pieces)                             |
 * | `gate NAME`                            | text, holds the stream until `release(NAME)` ("gate"), text                      |
 * | `stream N`                             | N deltas of one character as fast as they go                                     |
 * | `run: COMMAND`                         | Bash with that command, then text with its output                                |
 * | `edit FILE replace A with B`           | Read, Edit (asks, has a diff), text                                              |
 * | `parallel`                             | text and three Bash calls in one answer                                          |
 * | `big output`                           | Bash that prints 300 kB                                                          |
 * | `loop`                                 | Bash that never ends (for interrupts)                                            |
 * | `background N`                         | Bash in the background for N × 0.1 s; its end wakes the session (unsolicited turn) |
 * | `ask question`                         | AskUserQuestion, then text with the answer                                       |
 * | `present plan`                         | thinking, ExitPlanMode, then text                                                |
 * | `todo`                                 | TodoWrite when it is offered, else two TaskCreate calls                          |
 * | `subagent`                             | text, Agent in the foreground with a conversation of its own (thinking, Bash, text) |
 * | `subagent background`                  | the same in the background                                                       |
 * | `image`                                | says type and size of each image of the prompt                                   |
 * | `fill context`                         | reports 190 000 input tokens (getContextUsage shows them; the CLI does not compact by that alone) |
 * | `overflow`                             | 400 "prompt is too long" until the conversation was compacted, then an answer    |
 * | `fail 400|401|402|403|404|500|529`     | that error                                                                       |
 * | `fail 429`                             | rate limit with `retry-after: 1`                                                 |
 * | `fail limit`                           | 429 with unified rate-limit headers: rejected, reset in 5 min (event: OAuth only) |
 * | `warn limit`                           | an answer with headers of status allowed_warning                                 |
 * | `fail billing`                         | 400 "credit balance is too low"                                                  |
 * | `fail prompt-too-long`                 | 400 "prompt is too long"                                                         |
 * | `fail once`                            | 500, then an answer at the retry                                                 |
 * | `fail cut`                             | a few deltas, then the connection drops                                          |
 * | anything else                          | "You said: …"                                                                    |
 *
 * The CLI's own questions (compaction summary, task notifications) are answered harmlessly by `SIDE_QUERIES`.
 */
import { Gates } from './anthropic-gates.ts';
import { type RecordedRequest, Recorder } from './anthropic-record.ts';
import { type MessagesRequest, messagesRequest, standingOf } from './anthropic-request.ts';
import { BUILT_IN, SIDE_QUERIES } from './anthropic-scenarios.ts';
import { type Answer, answerTo, type Failure, failure, type Part, type Script } from './anthropic-script.ts';
import { ConnectionCut, messageOf, streamOf, tokensOf, type Usage } from './anthropic-stream.ts';

export type { RecordedRequest } from './anthropic-record.ts';
export { BUILT_IN } from './anthropic-scenarios.ts';
export * from './anthropic-script.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Retries are counted for this many calls; the oldest is forgotten. */
const MAX_ATTEMPTS = 1000;
export interface AnthropicStandIn extends AsyncDisposable {
  /** Base URL for ANTHROPIC_BASE_URL. */
  url: string;
  /** The last 1000 requests (at most 256 MiB of bodies), oldest first. */
  requests: RecordedRequest[];
  /** Resolves with the n-th (from 1) request to /v1/messages since the start; fails after `limitMs`. */
  waitForRequest(n: number, limitMs?: number): Promise<RecordedRequest>;
  /** Opens a gate once: the stream that waits at it (or the next that comes to it) goes on. */
  release(name?: string): void;
  /** Streams that wait at a gate now. */
  waitingAt(name?: string): number;
  close(): Promise<void>;
}

export interface AnthropicOptions {
  port?: number;
  /** Default: the built-in script. A list also gets `SIDE_QUERIES`; a function answers everything itself. */
  script?: Script;
}

/** Starts the stand-in on loopback. The caller ends it with `close()`. */
export function startAnthropic({ port = 0, script = BUILT_IN }: AnthropicOptions = {}): AnthropicStandIn {
  const scenes = Array.isArray(script) ? [...SIDE_QUERIES, ...script] : script;
  const recorder = new Recorder();
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
      const entry: RecordedRequest = {
        method: request.method,
        path: pathname,
        headers: Object.fromEntries(request.headers),
        at: Date.now(),
      };
      if (pathname === '/' && (request.method === 'GET' || request.method === 'HEAD')) {
        recorder.add(entry);
        return new Response('ok');
      }
      const known = pathname === '/v1/messages' || pathname === '/v1/messages/count_tokens';
      if (!known || request.method !== 'POST') {
        recorder.add(entry);
        return refuse(failure(404, `${request.method} ${pathname} is not known here`));
      }
      const raw = await request.text();
      const parsed = messagesRequest.safeParse(parseJson(raw));
      if (!parsed.success) {
        recorder.add(entry);
        return refuse(failure(400, `request body: ${parsed.error.issues[0]?.message ?? 'not JSON'}`));
      }
      const body = parsed.data;
      const usage = usageOf(body);
      const standing = standingOf(body);
      recorder.add({ ...entry, body, prompt: standing.prompt, call: standing.call }, raw.length);
      if (pathname.endsWith('/count_tokens')) {
        return Response.json({ input_tokens: usage.input_tokens + usage.cache_read_input_tokens });
      }
      const attempt = countAttempt(`${body.metadata?.user_id ?? ''} ${body.messages.length} ${standing.prompt}`);
      const answer = answerTo(scenes, { ...standing, request: body, attempt });
      return answer.kind === 'failure' ? refuse(answer) : respond(answer, body, usage, request.signal, gates);
    },
  });

  const close = async () => {
    gates.closeAll();
    await server.stop(true);
  };

  return {
    url: `http://127.0.0.1:${server.port}`,
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

const requestId = () => ({ 'request-id': `req_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}` });

function refuse({ status, type, message, headers }: Failure): Response {
  return Response.json(
    { type: 'error', error: { type, message } },
    { status, headers: { ...requestId(), ...headers } },
  );
}

function respond(
  { parts, headers }: Exclude<Answer, Failure>,
  body: MessagesRequest,
  base: Usage,
  signal: AbortSignal,
  gates: Gates,
): Response {
  const usage = withReported(parts, base);
  if (!body.stream) {
    return Response.json(messageOf(parts, { model: body.model, usage }), { headers: { ...requestId(), ...headers } });
  }
  const events = streamOf(parts, {
    model: body.model,
    usage,
    signal,
    waitForGate: (name) => gates.wait(name, signal),
  });
  return new Response(toStream(events), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...requestId(), ...headers },
  });
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

/** Everything but the last message counts as read from the cache, as it would be in a real conversation. */
function usageOf(body: MessagesRequest): Usage {
  const last = tokensOf(JSON.stringify(body.messages.at(-1) ?? '').length);
  const all = tokensOf(JSON.stringify([body.system, body.messages]).length);
  return {
    input_tokens: last,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: Math.max(0, all - last),
    output_tokens: 1,
    service_tier: 'standard',
  };
}

function withReported(parts: Part[], usage: Usage): Usage {
  const reported = parts.find((part) => part.kind === 'inputTokens');
  return reported ? { ...usage, input_tokens: reported.count, cache_read_input_tokens: 0 } : usage;
}
