import type { TeamErrorCode } from '@agor/protocol';
import { Failure, type FailureCode } from '../failure.ts';

const HUB_CODES: Readonly<Record<TeamErrorCode, FailureCode>> = {
  forbidden: 'REJECTED',
  notFound: 'NOT_FOUND',
  ambiguous: 'REJECTED',
  conflict: 'CONFLICT',
  invalid: 'REJECTED',
  deadLetter: 'REJECTED',
  hopLimit: 'REJECTED',
  rateLimit: 'REJECTED',
};

/** An operation of btmsg or bttask that can't be done. `team` is for programs, the message for whoever asked. */
export class TeamFailure extends Failure {
  constructor(
    readonly team: TeamErrorCode,
    message: string,
  ) {
    super(HUB_CODES[team], message, team === 'conflict' ? { by: 'another agent', detail: message } : undefined);
  }
}
