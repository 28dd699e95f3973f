import { type TeamAnswer, TeamCall } from '@agor/protocol';
import { TeamFailure } from '../btmsg/index.ts';
import { Failure } from '../failure.ts';
import type { Team } from '../team/index.ts';
import { dataHeaders } from './headers.ts';

/** `POST /team`: the operator's `btmsg` and `bttask` from a plain shell, without the cost of a WebSocket. */
export async function answerTeam(team: Pick<Team, 'asOperator'>, request: Request): Promise<Response> {
  const call = TeamCall.safeParse(await request.json().catch(() => null)); // no JSON: the schema says so
  if (!call.success) {
    const message = `This is no call: ${call.error.issues[0]?.message ?? 'not understood'}`;
    return json({ state: 'failed', code: 'invalid', message }, 400);
  }
  try {
    return json({ state: 'done', result: team.asOperator(call.data) });
  } catch (error) {
    if (error instanceof TeamFailure) return json({ state: 'failed', code: error.team, message: error.message });
    if (error instanceof Failure) return json({ state: 'failed', code: 'failed', message: error.message });
    throw error;
  }
}

function json(answer: TeamAnswer, status = 200): Response {
  return Response.json(answer, { status, headers: dataHeaders() });
}
