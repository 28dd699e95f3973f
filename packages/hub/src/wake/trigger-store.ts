import {
  MAX_WAKE_TRIGGERS,
  type NewWakeTrigger,
  ProjectId,
  WakeCheck,
  WakeCondition,
  type WakeTrigger,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';
import { notFound, rejected } from '../failure.ts';

/** A trigger with what it remembers between two looks; what only the running hub knows is not in it. */
export interface KeptTrigger extends Omit<WakeTrigger, 'nextAt' | 'problem'> {
  /** Of a cron: the time it waits for; it may have passed while the hub was off. */
  readonly plannedAt: number | null;
  /** Of a task: it stands so. */
  readonly met: boolean;
}

/** What a trigger may have found out. */
export type Memory = Partial<Pick<KeptTrigger, 'plannedAt' | 'met' | 'check'>>;

/** A reason to wake an agent, not told to it yet. */
export interface Wake {
  readonly id: string;
  readonly triggerId: string;
  readonly agentId: ProjectId;
  /** The reason in a few words. */
  readonly label: string;
  readonly text: string;
  readonly sessionId: string | null;
}

/** Most triggers of all agents; those of agents that are in no group any more make room. */
const MAX_TRIGGERS = 1_000;
/** A trigger fires at most so often in an hour: what wakes itself in a circle must not cost without end. */
export const MAX_WAKES_AN_HOUR = 60;
const HOUR_MS = 60 * 60_000;

const SELECT = `SELECT id, agent_id AS agentId, condition, prompt, once, enabled, created_by AS createdBy, created_at AS createdAt,
  last_fired_at AS lastFiredAt, planned_at AS plannedAt, met, last_check AS lastCheck FROM wake_triggers`;
interface Row {
  readonly id: string;
  readonly agentId: string;
  readonly condition: string;
  readonly prompt: string;
  readonly once: number;
  readonly enabled: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly lastFiredAt: number | null;
  readonly plannedAt: number | null;
  readonly met: number;
  readonly lastCheck: string | null;
}

/** Triggers and the wakes they made, in btmsg.db. */
export class TriggerStore {
  constructor(
    private readonly db: HubDatabase,
    private readonly clock: Clock,
  ) {}

  list(): KeptTrigger[] {
    return this.db.raw.query<Row, []>(`${SELECT} ORDER BY created_at, id`).all().map(fromRow);
  }

  find(id: string): KeptTrigger | null {
    const row = this.db.raw.query<Row, [string]>(`${SELECT} WHERE id = ?`).get(id);
    return row && fromRow(row);
  }

  /** By its whole id or the beginning of it. Throws `Failure`: NOT_FOUND, or REJECTED when more than one begins so. */
  require(id: string): KeptTrigger {
    const found = this.list().filter((one) => one.id.startsWith(id));
    const [first] = found;
    if (!first) throw notFound(`There is no wake ${id}; it may have been removed, or it fired and was meant for once.`);
    if (found.length > 1 && first.id !== id)
      throw rejected(`More than one wake begins with ${id}. Give more of its id.`);
    return found.find((one) => one.id === id) ?? first;
  }

  /** Throws `Failure` REJECTED when there are too many. `present`: the agents that there are. */
  add(
    id: string,
    { agentId, condition, prompt, once, enabled }: NewWakeTrigger,
    by: string,
    present: ReadonlySet<string>,
  ): KeptTrigger {
    return this.db.write(() => {
      const known = this.find(id);
      if (known) return known; // the same command again
      const all = this.list();
      if (all.filter((one) => one.agentId === agentId).length >= MAX_WAKE_TRIGGERS)
        throw rejected(`An agent has at most ${MAX_WAKE_TRIGGERS} wakes. Remove one first.`);
      if (all.length >= MAX_TRIGGERS) {
        for (const gone of all.filter((one) => !present.has(one.agentId))) this.remove(gone.id);
        if (this.list().length >= MAX_TRIGGERS)
          throw rejected(`There are ${MAX_TRIGGERS} wakes already. Remove some first.`);
      }
      this.db.raw
        .query(
          `INSERT INTO wake_triggers (id, agent_id, condition, prompt, once, enabled, created_by, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(id, agentId, JSON.stringify(condition), prompt, once ? 1 : 0, enabled ? 1 : 0, by, this.clock.now());
      return this.require(id);
    });
  }

  /** Another condition begins without a memory of the one before. */
  update(id: string, changes: Partial<Pick<KeptTrigger, 'condition' | 'prompt' | 'once' | 'enabled'>>): KeptTrigger {
    return this.db.write(() => {
      const before = this.require(id);
      const { condition, prompt, once, enabled } = { ...before, ...changes };
      this.db.raw
        .query('UPDATE wake_triggers SET condition = ?, prompt = ?, once = ?, enabled = ? WHERE id = ?')
        .run(JSON.stringify(condition), prompt, once ? 1 : 0, enabled ? 1 : 0, id);
      if (JSON.stringify(condition) !== JSON.stringify(before.condition))
        this.remember(id, { plannedAt: null, met: false, check: null });
      return this.require(id);
    });
  }

  remove(id: string): void {
    this.db.write(() => this.db.raw.query('DELETE FROM wake_triggers WHERE id = ?').run(id));
  }

  remember(id: string, { plannedAt, met, check }: Memory): void {
    this.db.write(() => {
      const { raw } = this.db;
      if (plannedAt !== undefined) raw.query('UPDATE wake_triggers SET planned_at = ? WHERE id = ?').run(plannedAt, id);
      if (met !== undefined) raw.query('UPDATE wake_triggers SET met = ? WHERE id = ?').run(met ? 1 : 0, id);
      if (check !== undefined)
        raw.query('UPDATE wake_triggers SET last_check = ? WHERE id = ?').run(check && JSON.stringify(check), id);
    });
  }

  /**
   * Puts a wake down, with what the trigger learned, in one transaction: whatever dies now, the agent is told once. False when this
   * occurrence was put down before. `quiet`: it is learned, but the agent is not told.
   */
  fire(
    trigger: KeptTrigger,
    occurrence: string | number,
    { label, text }: Pick<Wake, 'label' | 'text'>,
    memory: Memory,
    quiet = false,
  ): boolean {
    const { raw } = this.db;
    const now = this.clock.now();
    return this.db.write(() => {
      this.remember(trigger.id, memory);
      if (quiet) return false;
      const { changes } = raw
        .query(
          'INSERT OR IGNORE INTO wakes (id, trigger_id, agent_id, label, text, created_at) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(`${wakePrefix(trigger.id)}${occurrence}`, trigger.id, trigger.agentId, label, text, now);
      if (changes === 0) return false;
      if (trigger.once) this.remove(trigger.id);
      else raw.query('UPDATE wake_triggers SET last_fired_at = ? WHERE id = ?').run(now, trigger.id);
      // Longer than any occurrence may come again, and than the limit of an hour looks back.
      raw.query('DELETE FROM wakes WHERE done = 1 AND created_at < ?').run(now - 48 * HOUR_MS);
      return true;
    });
  }

  /** It fired as often as it may within the hour. */
  isExhausted(triggerId: string): boolean {
    const row = this.db.raw
      .query<{ n: number }, [string, number]>('SELECT count(*) AS n FROM wakes WHERE trigger_id = ? AND created_at > ?')
      .get(triggerId, this.clock.now() - HOUR_MS);
    return (row?.n ?? 0) >= MAX_WAKES_AN_HOUR;
  }

  /** Wakes whose prompt may not have been taken yet, oldest first. */
  open(): Wake[] {
    return this.db.raw
      .query<Wake, []>(
        `SELECT id, trigger_id AS triggerId, agent_id AS agentId, label, text, session_id AS sessionId FROM wakes
          WHERE done = 0 ORDER BY rowid`,
      )
      .all();
  }

  choose(wakeId: string, sessionId: string | null): void {
    this.db.write(() => this.db.raw.query('UPDATE wakes SET session_id = ? WHERE id = ?').run(sessionId, wakeId));
  }

  /** `also`: what belongs into the same transaction. */
  done(wakeId: string, also: () => void): void {
    this.db.write(() => {
      this.db.raw.query("UPDATE wakes SET done = 1, text = '' WHERE id = ?").run(wakeId);
      also();
    });
  }
}

/** How the ids of a trigger's wakes begin, which are those of their prompts too. */
export function wakePrefix(triggerId: string): string {
  return `wake:${triggerId}:`;
}

function fromRow({ lastCheck, ...row }: Row): KeptTrigger {
  return {
    ...row,
    agentId: ProjectId.parse(row.agentId),
    condition: WakeCondition.parse(JSON.parse(row.condition)),
    once: row.once === 1,
    enabled: row.enabled === 1,
    met: row.met === 1,
    check: lastCheck === null ? null : WakeCheck.parse(JSON.parse(lastCheck)),
  };
}
