import { readFileSync } from 'node:fs';
import { TeamAnswer, type TeamCall } from '@agor/protocol/team-call';
import { resolvePaths } from '@agor/runtime/paths';
import { z } from 'zod';
import { Failure } from '../failure-kinds.ts';

/** What an operation came to: its result, or nothing yet because the hub is away and the machine keeps it. */
export type Outcome = { readonly queued: false; readonly result: unknown } | { readonly queued: true };

/** Somewhat longer than the machine waits for the hub. */
const LIMIT_MS = 20_000;
const HubFile = z.object({ url: z.url(), token: z.string().min(1) });

/**
 * Asks for one operation: in an agent's session through its machine, with the session's capability token; in a person's own shell at the
 * hub, as the operator. Throws `Failure` with words for whoever typed it.
 */
export async function callTeam(operation: string, input: unknown, id: string = crypto.randomUUID()): Promise<Outcome> {
  const call: TeamCall = { id, operation, input };
  const answer = TeamAnswer.safeParse(await post(call));
  if (!answer.success)
    throw new Failure('agor answered what this command does not understand. Are they of the same version?');
  switch (answer.data.state) {
    case 'done':
      return { queued: false, result: answer.data.result };
    case 'queued':
      return { queued: true };
    case 'failed':
      throw new TeamRefusal(answer.data.code, answer.data.message);
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

async function post(call: TeamCall): Promise<unknown> {
  const { AGOR_SOCKET: unix, AGOR_TOKEN: token } = process.env;
  const signal = AbortSignal.timeout(LIMIT_MS);
  const ask = (url: string, bearer: string, more: { unix?: string } = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal,
      ...more,
    });
  try {
    if (unix && token) return await (await ask('http://agor/team', token, { unix })).json();
    const hub = hubOf();
    return await (await ask(new URL('/team', hub.url).href, hub.token)).json();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const what = unix ? 'The machine of this session' : 'agor';
    throw new Failure(`${what} does not answer (${error instanceof Error ? error.message : error}).`);
  }
}

function hubOf(): z.infer<typeof HubFile> {
  const { hubInfoFile } = resolvePaths();
  try {
    return HubFile.parse(JSON.parse(readFileSync(hubInfoFile, 'utf8')));
  } catch {
    // Not there, not readable, or being written: in each case nothing runs that could be asked.
    throw new Failure('agor does not run (or not for you). Start it with `agor`.');
  }
}
