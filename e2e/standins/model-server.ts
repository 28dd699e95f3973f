/** What the stand-ins of model APIs have in common: recording, retries, gates, streams that may be cut. */
import { Gates } from './anthropic-gates.ts';
import { ConnectionCut } from './anthropic-stream.ts';
import { BUILT_IN } from './model-scenarios.ts';
import { answerTo, type Failure, type Part, type Scenario, type Standing } from './model-script.ts';

const MAX_RECORDED = 1000;
const MAX_ATTEMPTS = 1000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const CUT_AFTER_MS = 100;

/** One model call as it came in; `path` of others too, without the rest. */
export interface ModelRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
  readonly standing?: Standing;
}

export interface ModelStandIn extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  /** The last 1000, oldest first. */
  readonly requests: ModelRequest[];
  /** Opens a gate once: the stream that waits at it (or the next that comes to it) goes on. */
  release(name?: string): void;
  waitingAt(name?: string): number;
  close(): Promise<void>;
}

export interface ModelServerOptions {
  readonly port?: number;
  /** Instead of the built-in ones; the API's own side queries come before either. */
  readonly scenarios?: readonly Scenario[];
}

/** One API: how a request is read and an answer is written. */
export interface ModelApi {
  readonly sideQueries?: readonly Scenario[];
  /** Null for a path that is no model call; a Response answers it at once. */
  route(request: Request, url: URL): 'call' | Response | null | Promise<'call' | Response | null>;
  /** What is wrong with the body, in words or as this API's own failure, or where the conversation stands. */
  standing(body: unknown, url: URL): Standing | Failure | string;
  refuse(failure: Failure): Response;
  /** The whole answer at once, for a request that does not stream; null when it does. */
  whole(parts: readonly Part[], body: unknown, url: URL): Response | null;
  stream(parts: readonly Part[], body: unknown, halt: (part: Halt) => Promise<void>): AsyncGenerator<string>;
}

/** Parts that are no words: the stream awaits `halt` where they stand. */
export type Halt = Extract<Part, { kind: 'gate' | 'cut' }>;

export function startModelServer(api: ModelApi, options: ModelServerOptions = {}): ModelStandIn {
  const scenarios = [...(api.sideQueries ?? []), ...(options.scenarios ?? BUILT_IN)];
  const requests: ModelRequest[] = [];
  const attempts = new Map<string, number>();
  const gates = new Gates();
  const record = (entry: ModelRequest) => {
    requests.push(entry);
    if (requests.length > MAX_RECORDED) requests.shift();
  };
  const attemptOf = (key: string) => {
    const attempt = attempts.get(key) ?? 0;
    attempts.delete(key);
    attempts.set(key, attempt + 1);
    const oldest = attempts.keys().next().value;
    if (attempts.size > MAX_ATTEMPTS && oldest !== undefined) attempts.delete(oldest);
    return attempt;
  };

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: options.port ?? 0,
    idleTimeout: 0,
    maxRequestBodySize: MAX_BODY_BYTES,
    async fetch(request): Promise<Response> {
      const url = new URL(request.url);
      const entry = { path: url.pathname, headers: Object.fromEntries(request.headers) };
      const route = await api.route(request, url);
      if (route !== 'call') {
        record(entry);
        return route ?? api.refuse({ kind: 'failure', status: 404, message: `${url.pathname} is not known here` });
      }
      const body: unknown = await request.json().catch(() => null); // the schema refuses what is no JSON
      const standing = api.standing(body, url);
      if (typeof standing === 'string') {
        record({ ...entry, body });
        return api.refuse({ kind: 'failure', status: 400, message: standing });
      }
      if ('kind' in standing) {
        record({ ...entry, body });
        return api.refuse(standing);
      }
      record({ ...entry, body, standing });
      const key = `${standing.call} ${standing.prompt}`;
      const answer = answerTo(scenarios, standing, attemptOf(key));
      if ('kind' in answer) return api.refuse(answer);
      const whole = api.whole(answer, body, url);
      if (whole) return whole;
      const halt = async (part: Halt) => {
        if (part.kind === 'gate') return await gates.wait(part.name, request.signal);
        // What was written must have left before the socket is dropped.
        await Bun.sleep(CUT_AFTER_MS);
        throw new ConnectionCut();
      };
      return new Response(toStream(api.stream(answer, body, halt)), {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' },
      });
    },
  });

  const close = async () => {
    gates.closeAll();
    await server.stop(true);
  };
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    release: (name = 'gate') => gates.release(name),
    waitingAt: (name = 'gate') => gates.waiting(name),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A text part in the pieces and at the pace of its script. */
export async function* piecesOf(part: Extract<Part, { kind: 'text' | 'thinking' }>): AsyncGenerator<string> {
  for (let from = 0; from < part.text.length; from += part.chunk) {
    yield part.text.slice(from, from + part.chunk);
    if (part.paceMs > 0) await Bun.sleep(part.paceMs);
  }
}

/** Pulls, so that a reader that does not read stops the writer; a cut ends the connection without an end of stream. */
function toStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let left = false;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await pieces.next();
        if (left) return;
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        if (left) return;
        // A cut is scripted; a gate that nobody released, or a bug of the script, must be seen.
        if (!(error instanceof ConnectionCut)) console.error(error);
        controller.error();
      }
    },
    async cancel() {
      left = true;
      await pieces.return(undefined);
    },
  });
}
