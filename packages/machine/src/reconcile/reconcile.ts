import type { CommandId, MachineEvent, SessionId } from '@agor/protocol';
import { bootId, type Clock, endTree, type Logger } from '@agor/runtime';
import type { CommandLedger, UnsettledCommand } from '../commands/index.ts';
import { MARK_VARIABLE, SESSION_VARIABLE } from '../environment/index.ts';
import type { Journal, JournalWrite } from '../journal/index.ts';
import type { RunnerRecord, RunnerRecords } from '../sidecar/index.ts';

export interface ReconcileDeps {
  readonly journal: Journal;
  readonly ledger: CommandLedger;
  readonly records: RunnerRecords;
  /** The data folder's mark. */
  readonly mark: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const MACHINE_DIED = 'the machine process died';
const NEVER_STARTED = 'the machine stopped before it could start the agent';
/** Their machine is dead and their stdin at its end: they had their time. */
const GRACE_MS = 1_000;

/**
 * Puts in order what a machine before us left behind (architecture §5.6): ends every process that is provably ours, then says per session, in
 * one transaction, what became of its prompts and that its runner is gone. Killed in the middle, it is done again by the next start.
 *
 * What to do is read from the ledger before this returns for the first time, so that commands accepted meanwhile are not touched.
 * Never rejects.
 */
export async function reconcile(deps: ReconcileDeps): Promise<void> {
  const records = deps.records.list();
  const unsettled = deps.ledger.unsettled();
  if (records.length > 0 || unsettled.length > 0)
    deps.log.info('a machine before this one did not end cleanly', {
      runners: records.length,
      commands: unsettled.length,
    });
  try {
    await Promise.all(records.map((record) => endRunner(deps, record)));
    const strays = await endTree({
      mark: { name: MARK_VARIABLE, value: deps.mark },
      clock: deps.clock,
      graceMs: GRACE_MS,
    });
    if (strays.found > 0) deps.log.warn('processes without a record were ended', { found: strays.found });
  } catch (error) {
    // Sessions must be usable all the same; what still runs is found by its mark at the session's next end.
    deps.log.error('leftover processes could not be ended', { error });
  }
  const sessions = new Set([
    ...records.map((record) => record.sessionId),
    ...unsettled.map((command) => command.sessionId),
  ]);
  for (const sessionId of sessions) {
    const commands = unsettled.filter((command) => command.sessionId === sessionId);
    const hadRunner = records.some((record) => record.sessionId === sessionId);
    deps.journal.append([
      ...commands.map((command) => settlement(deps, command)).filter((write) => write !== null),
      ...(hadRunner ? [exit(deps, sessionId)] : []),
    ]);
  }
}

async function endRunner(deps: ReconcileDeps, { sessionId, process }: RunnerRecord): Promise<void> {
  const mark = { name: SESSION_VARIABLE, value: sessionId };
  // After a restart of the computer its pid means nothing; `isAlive` knows by the boot id.
  const root = process.bootId === bootId() ? process : undefined;
  const report = await endTree({ root, mark, clock: deps.clock, graceMs: GRACE_MS });
  if (report.left.length > 0)
    deps.log.error('processes of a session could not be ended', { sessionId, left: report.left.length });
}

/** Null for what is settled by doing nothing: it was meant for a runner that is gone. */
function settlement(deps: ReconcileDeps, command: UnsettledCommand): JournalWrite | null {
  const { ledger } = deps;
  const { id, kind, sessionId, promptId, state } = command;
  const failed = (): JournalWrite => ({
    sessionId,
    event: {
      kind: 'commandFailed',
      sessionId,
      commandId: id,
      command: kind,
      ...(promptId === null ? {} : { promptId }),
      message: NEVER_STARTED,
      class: 'unknown',
    } satisfies MachineEvent,
    alongside: () => ledger.settle(id, 'done'),
  });
  switch (kind) {
    case 'answer':
    case 'interrupt':
    case 'stopSubagent':
    case 'set':
    case 'stop':
      settleQuietly(deps, id);
      return null;
    case 'query':
      if (state !== 'written' || promptId === null) return failed();
      return {
        sessionId,
        event: { kind: 'promptDoubtful', sessionId, promptId, reason: MACHINE_DIED },
        alongside: () => ledger.settle(id, 'doubtful'),
      };
    default:
      return failed();
  }
}

function settleQuietly({ ledger, log }: ReconcileDeps, id: CommandId): void {
  try {
    ledger.settle(id, 'done');
  } catch (error) {
    // A full disk: the next start does it, with the same outcome.
    log.warn('a command could not be settled', { id, error });
  }
}

function exit({ records }: ReconcileDeps, sessionId: SessionId): JournalWrite {
  return {
    sessionId,
    event: { kind: 'runnerExited', sessionId, code: null, signal: null, expected: false, reason: MACHINE_DIED },
    alongside: () => records.remove(sessionId),
  };
}
