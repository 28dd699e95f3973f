import type { AgentId } from '@agor/protocol';
import { deadLetter } from './audit.ts';
import type { TeamContext } from './context.ts';
import { TeamFailure } from './failure.ts';

export interface Letter {
  readonly from: AgentId;
  readonly to: AgentId;
  readonly content: string;
}
type Code = 'forbidden' | 'hopLimit' | 'rateLimit' | 'deadLetter';

/** A message that was not accepted. What its operation wrote is rolled back, what is left to keep is written afterwards. */
export class DeadLetterFailure extends TeamFailure {
  constructor(
    code: Code,
    message: string,
    readonly keep: () => void,
  ) {
    super(code, message);
  }
}

/** `also`: what is to be written besides the dead letter. */
export function refusedLetter(
  ctx: TeamContext,
  letter: Letter,
  code: Code,
  why: string,
  also: () => void = () => {},
): DeadLetterFailure {
  return new DeadLetterFailure(code, why, () => {
    deadLetter(ctx, { ...letter, error: why });
    also();
  });
}
