import type { JournalCursor, MachineId } from '@agor/protocol';
import type { HubDatabase, Row } from '../../database/index.ts';

/** How far the hub has committed each machine's journal, written in the transaction of the events themselves. */
export class MachineCursors {
  readonly #get;
  readonly #set;
  readonly #newest;

  constructor(db: HubDatabase) {
    this.#get = db.raw.prepare<Row['machineCursor'], [string, string]>(
      'SELECT * FROM machine_cursor WHERE machine_id = ? AND epoch = ?',
    );
    this.#set = db.raw.prepare<unknown, [string, string, number, number]>(
      `INSERT INTO machine_cursor (machine_id, epoch, seq, updated_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at`,
    );
    this.#newest = db.raw.prepare<Row['machineCursor'], []>(
      'SELECT * FROM machine_cursor ORDER BY updated_at DESC, rowid DESC LIMIT 1',
    );
  }

  /** 0 when nothing of this journal is committed yet. */
  seq(machineId: MachineId, epoch: string): number {
    return this.#get.get(machineId, epoch)?.seq ?? 0;
  }

  set(machineId: MachineId, epoch: string, seq: number, at: number): void {
    this.#set.run(machineId, epoch, seq, at);
  }

  /** The journal that was heard last; null when none ever was. */
  newest(): JournalCursor | null {
    const row = this.#newest.get();
    return row ? { epoch: row.epoch, seq: row.seq } : null;
  }
}
