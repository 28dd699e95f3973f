import type { SessionTokens } from './tokens.ts';

/** The second Unix socket: what a session's agent may ask of agor with its capability token, and nothing of control (architecture §5.8). */
export class AgentSocket implements Disposable {
  readonly #server: Bun.Server<undefined>;

  /** Throws when the socket cannot be bound. */
  constructor(path: string, tokens: SessionTokens) {
    this.#server = Bun.serve({
      unix: path,
      maxRequestBodySize: 1024 * 1024,
      fetch: (request) => answer(request, tokens),
    });
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }
}

function answer(request: Request, tokens: SessionTokens): Response {
  const token = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const sessionId = token === undefined ? null : tokens.sessionOf(token);
  if (sessionId === null) return Response.json({ error: 'a valid AGOR_TOKEN is needed' }, { status: 401 });
  if (request.method === 'GET' && new URL(request.url).pathname === '/whoami') return Response.json({ sessionId });
  return Response.json({ error: 'there is nothing here' }, { status: 404 });
}
