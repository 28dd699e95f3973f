import type { MachineEvent, SessionId } from '@agor/protocol';
import type { SecretRedactor } from '@agor/runtime';
import type { CommandLedger } from '../commands/index.ts';
import type { JournalWrite } from '../journal/index.ts';
import type { OpenText } from './open-text.ts';
import type { RunnerRecords } from './records.ts';

export interface ExitDeps {
  readonly ledger: CommandLedger;
  readonly records: RunnerRecords;
  readonly openText: OpenText;
  readonly redactor: SecretRedactor;
}

export interface ExitFacts {
  readonly sessionId: SessionId;
  readonly code: number | null;
  readonly signal: string | null;
  readonly expected: boolean;
  readonly reason: string | undefined;
  readonly stderrTail: string | undefined;
}

/** What the journal is told when a runner is gone; its last entry takes the runner's record with it. */
export function exitWrites(deps: ExitDeps, facts: ExitFacts): JournalWrite[] {
  const { sessionId, reason, stderrTail, ...exit } = facts;
  const { ledger } = deps;
  const aborted = deps.openText
    .abort(sessionId)
    .map((block) => deps.redactor.value(block))
    .map((block) => ({ sessionId, event: { kind: 'blockAborted', sessionId, block } satisfies MachineEvent }));
  const doubtful = ledger.unconfirmed(sessionId).flatMap(({ id, promptId }) =>
    promptId === null
      ? []
      : {
          sessionId,
          event: {
            kind: 'promptDoubtful',
            sessionId,
            promptId,
            reason: 'the runner ended before the agent confirmed this prompt',
          } satisfies MachineEvent,
          alongside: () => ledger.settle(id, 'doubtful'),
        },
  );
  const exited: MachineEvent = {
    kind: 'runnerExited',
    sessionId,
    ...exit,
    ...(reason === undefined ? {} : { reason }),
    ...(stderrTail === undefined ? {} : { stderrTail }),
  };
  return [...aborted, ...doubtful, { sessionId, event: exited, alongside: () => deps.records.remove(sessionId) }];
}
