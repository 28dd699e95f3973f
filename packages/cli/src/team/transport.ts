import type { TeamAnswer, TeamCall } from '@agor/protocol/team-call';
import { Failure } from '../failure-kinds.ts';

/** What an operation came to: its result, or nothing yet because the hub is away and the machine keeps it. */
export type Outcome = { readonly queued: false; readonly result: unknown } | { readonly queued: true };

/** Somewhat longer than the machine waits for the hub. */
const LIMIT_MS = 20_000;
/** How long an answer that was cut off is asked for again, under the same id, and how often. In ms. */
const AGAIN_FOR_MS = 5_000;
const AGAIN_EVERY_MS = 200;

/**
 * Asks for one operation: in an agent's session through its machine, with the session's capability token; in a person's own shell at the
 * hub, as the operator. When the connection breaks before the answer it asks again under the same id, so that it is done once. Throws
 * `Failure` with words for whoever typed it.
 */
export async function callTeam(operation: string, input: unknown, id: string = crypto.randomUUID()): Promise<Outcome> {
  const answer = answerIn(await post({ id, operation, input }));
  switch (answer?.state) {
    case 'done':
      return { queued: false, result: answer.result };
    case 'queued':
      return { queued: true };
    case 'failed':
      throw new TeamRefusal(answer.code, answer.message);
    case undefined:
      throw new Failure('agor answered what this command does not understand. Are they of the same version?');
  }
}

/** Refused by agor, with a code for programs. */
export class TeamRefusal extends Failure {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** As the schema `TeamAnswer` says. By hand, for zod takes longer to load than a call lasts. */
function answerIn(value: unknown): TeamAnswer | null {
  if (typeof value !== 'object' || value === null) return null;
  const { state, code, message } = value as Readonly<Record<string, unknown>>;
  if (state === 'failed') return typeof code === 'string' && typeof message === 'string' ? (value as TeamAnswer) : null;
  return state === 'done' || state === 'queued' ? (value as TeamAnswer) : null;
}

async function post(call: TeamCall): Promise<unknown> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  let cutOff: number | null = null;
  while (true) {
    try {
      return await once(call, signal);
    } catch (error) {
      if (cutOff === null) {
        if (error instanceof Failure) throw error;
        if (!wasCutOff(error)) throw unreachable(error);
        cutOff = performance.now();
      }
      if (signal.aborted || performance.now() - cutOff > AGAIN_FOR_MS) throw notKnown(error);
      await Bun.sleep(AGAIN_EVERY_MS);
    }
  }
}

async function once(call: TeamCall, signal: AbortSignal): Promise<unknown> {
  const { AGOR_SOCKET: unix, AGOR_TOKEN: token } = process.env;
  const ask = (url: string, bearer: string, more: { unix?: string } = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal,
      ...more,
    });
  if (unix && token) return await (await ask('http://agor/team', token, { unix })).json();
  const hub = await hubOf();
  return await (await ask(new URL('/team', hub.url).href, hub.token)).json();
}

/** It was connected: what was asked may have arrived. */
function wasCutOff(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ECONNRESET';
}

function unreachable(error: unknown): Failure {
  const what = process.env.AGOR_SOCKET ? 'The machine of this session' : 'agor';
  return new Failure(`${what} does not answer (${error instanceof Error ? error.message : error}).`);
}

function notKnown(error: unknown): Failure {
  return new Failure(
    `${unreachable(error).message} Whether it was done is not known: look (btmsg history, bttask show) before you repeat it.`,
  );
}

async function hubOf(): Promise<{ readonly url: string; readonly token: string }> {
  // A session's agent needs no path of agor's, and the modules that find them cost time.
  const { resolvePaths } = await import('@agor/runtime/paths');
  const info = await Bun.file(resolvePaths().hubInfoFile)
    .json()
    .catch(() => null); // not there, not readable, or being written: in each case nothing runs that could be asked
  const { url, token } = (info ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof url !== 'string' || typeof token !== 'string' || !URL.canParse(url))
    throw new Failure('agor does not run (or not for you). Start it with `agor`.');
  return { url, token };
}
