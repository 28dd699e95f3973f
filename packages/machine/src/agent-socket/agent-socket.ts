import { type SessionId, type TeamAnswer, TeamCall } from '@agor/protocol';
import type { TeamCalls } from './team-calls.ts';
import type { SessionTokens } from './tokens.ts';

/** The second Unix socket: what a session's agent may ask of agor with its capability token, and nothing of control (architecture §5.8). */
export class AgentSocket implements Disposable {
  readonly #server: Bun.Server<undefined>;

  /** Throws when the socket cannot be bound. */
  constructor(path: string, tokens: SessionTokens, calls: TeamCalls) {
    this.#server = Bun.serve({
      unix: path,
      maxRequestBodySize: 1024 * 1024,
      fetch: (request) => answer(request, tokens, calls),
    });
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }
}

async function answer(request: Request, tokens: SessionTokens, calls: TeamCalls): Promise<Response> {
  const token = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const sessionId = token === undefined ? null : tokens.sessionOf(token);
  if (sessionId === null)
    return failed('unauthorized', "A valid AGOR_TOKEN is needed: this works in an agent's session only.", 401);
  const { pathname } = new URL(request.url);
  if (request.method === 'GET' && pathname === '/whoami') return Response.json({ sessionId });
  if (request.method === 'POST' && pathname === '/team') return team(request, sessionId, calls);
  return failed('failed', 'There is nothing here.', 404);
}

async function team(request: Request, sessionId: SessionId, calls: TeamCalls): Promise<Response> {
  const call = TeamCall.safeParse(await request.json().catch(() => null)); // no JSON: the schema says so
  if (!call.success)
    return failed('invalid', `This is no call: ${call.error.issues[0]?.message ?? 'not understood'}`, 400);
  return Response.json(await calls.call(sessionId, call.data));
}

function failed(code: Extract<TeamAnswer, { state: 'failed' }>['code'], message: string, status: number): Response {
  return Response.json({ state: 'failed', code, message } satisfies TeamAnswer, { status });
}
