import { ProviderId, SessionId } from '@agor/protocol';
import type { ProcessRef } from '@agor/runtime';
import type { MachineStore } from '../store/index.ts';

export interface RunnerRecord {
  readonly sessionId: SessionId;
  readonly provider: ProviderId;
  readonly process: ProcessRef & { readonly bootId: string };
}

interface Row {
  session_id: string;
  provider: string;
  pid: number;
  start_time: string;
  boot_id: string;
}

/** Which runners were started, durably, so that the next machine knows what is its own (architecture §5.6). One per session. */
export class RunnerRecords {
  constructor(private readonly store: MachineStore) {}

  /** Belongs into the transaction of the entry that says that the runner started; nothing is written to it before that is committed. */
  add({ sessionId, provider, process }: RunnerRecord): void {
    this.store.journal
      .query('INSERT OR REPLACE INTO runners (session_id, provider, pid, start_time, boot_id) VALUES (?, ?, ?, ?, ?)')
      .run(sessionId, provider, process.pid, process.startTime, process.bootId);
  }

  /** Belongs into the transaction of the entry that says that the runner is gone. */
  remove(sessionId: SessionId): void {
    this.store.journal.query('DELETE FROM runners WHERE session_id = ?').run(sessionId);
  }

  list(): RunnerRecord[] {
    return this.store.journal.query<Row, []>('SELECT * FROM runners').all().map(fromRow);
  }
}

function fromRow(row: Row): RunnerRecord {
  return {
    sessionId: SessionId.parse(row.session_id),
    provider: ProviderId.parse(row.provider),
    process: { pid: row.pid, startTime: row.start_time, bootId: row.boot_id },
  };
}
