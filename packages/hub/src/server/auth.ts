import { createHash } from 'node:crypto';
import type { Clock } from '@agor/runtime';
import { z } from 'zod';
import { cookieCounts } from './guard.ts';
import { cookieValue, sameSecret } from './token.ts';

const MAX_FAILURES = 20;
const FAILURE_WINDOW_MS = 60_000;
const COOKIE_SECONDS = 365 * 24 * 3600;
const SignIn = z.object({ token: z.string().max(200) });

/** Who may talk to the hub: whoever knows the token (CLI, as Bearer), or whose browser traded it for a cookie. */
export class Auth {
  readonly #cookie: string;
  readonly #cookieName: string;
  #failures = 0;
  #windowStart = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly token: string,
    dataDir: string,
    private readonly clock: Clock,
  ) {
    this.#cookie = cookieValue(token);
    // Cookies know no ports: two hubs of this computer would sign each other's windows out.
    this.#cookieName = `agor-${createHash('sha256').update(dataDir).digest('hex').slice(0, 10)}`;
  }

  /** Whether a request proves who it is. */
  allows(request: Request): boolean {
    const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (bearer !== undefined) return sameSecret(bearer, this.token);
    const cookie = cookieOf(request, this.#cookieName);
    return cookie !== null && cookieCounts(request) && sameSecret(cookie, this.#cookie);
  }

  /** `POST /auth {token}`: the page hands over the token of its URL's fragment. */
  async signIn(request: Request): Promise<Response> {
    const body = SignIn.safeParse(await request.json().catch(() => null)); // no JSON fails the schema
    // Who has the token never waits: else any user of this computer could keep the person out by guessing.
    const right = body.success && sameSecret(body.data.token, this.token);
    const wait = this.#mustWait();
    if (wait > 0 && !right) {
      const headers = { 'retry-after': String(Math.ceil(wait / 1000)) };
      return Response.json({ error: 'Too many wrong tokens. Wait a minute and try again.' }, { status: 429, headers });
    }
    if (!body.success) return Response.json({ error: 'Send {"token": "…"} as JSON.' }, { status: 400 });
    if (!right) {
      this.#failures++;
      const error = 'This is not the token of this agor. Open the URL that `agor` prints.';
      return Response.json({ error }, { status: 401 });
    }
    const cookie = `${this.#cookieName}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}`;
    return new Response(null, { status: 204, headers: { 'set-cookie': cookie } });
  }

  /** Milliseconds until the next try may be made. */
  #mustWait(): number {
    const now = this.clock.monotonic();
    if (now - this.#windowStart >= FAILURE_WINDOW_MS) {
      this.#windowStart = now;
      this.#failures = 0;
    }
    return this.#failures < MAX_FAILURES ? 0 : this.#windowStart + FAILURE_WINDOW_MS - now;
  }
}

function cookieOf(request: Request, name: string): string | null {
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
