import { type DayMetrics, type MetricsQuery, type MetricsReport, SessionId, TurnMetrics } from '@agor/protocol';
import type { z } from 'zod';
import type { HubDatabase, Row } from '../database/index.ts';
import type { CountedTurn } from '../events/index.ts';
import { type Counted, NEW_TURN_METER, TurnMeter } from './turn-meter.ts';

/** How long turns and their sums are kept: as far back as a report can ask. */
const KEPT_DAYS = 90;
/** Turns that are kept at most; the sums of days stay when the oldest go. */
const KEPT_TURNS = 100_000;
const DAY_MS = 24 * 3600_000;

export interface TurnOf {
  readonly sessionId: SessionId;
  readonly projectId: string | null;
  readonly provider: string;
}

/** The tables of metrics. Writing is the caller's transaction. */
export class MetricsTable {
  constructor(
    private readonly db: HubDatabase,
    private readonly keptTurns = KEPT_TURNS,
  ) {}

  meter(id: SessionId): TurnMeter {
    const row = this.db.raw
      .query<Pick<Row['sessionMetricMeters'], 'json'>, [string]>(
        'SELECT json FROM session_metric_meters WHERE session_id = ?',
      )
      .get(id);
    return row ? TurnMeter.parse(JSON.parse(row.json)) : NEW_TURN_METER;
  }

  saveMeter(id: SessionId, meter: TurnMeter): void {
    this.db.raw
      .query('INSERT OR REPLACE INTO session_metric_meters (session_id, seq, json) VALUES (?, ?, ?)')
      .run(id, meter.spent.seq, JSON.stringify(meter));
  }

  /** Sessions whose log is longer than what was counted of it. */
  behind(): SessionId[] {
    return this.db.raw
      .query<{ id: string }, []>(
        `SELECT s.id FROM sessions s LEFT JOIN session_metric_meters m ON m.session_id = s.id
          WHERE m.session_id IS NULL OR m.seq < s.snapshot_seq`,
      )
      .all()
      .map(({ id }) => SessionId.parse(id));
  }

  add({ sessionId, projectId, provider }: TurnOf, seq: number, turn: CountedTurn): void {
    const added = this.db.raw
      .query(
        `INSERT OR IGNORE INTO session_metrics (session_id, seq, project_id, provider, model, started_at, ended_at, outcome,
           cost_usd, input_tokens, output_tokens, tool_calls, peak_context_tokens, error)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        sessionId,
        seq,
        projectId,
        provider,
        turn.model,
        turn.startedAt,
        turn.endedAt,
        turn.outcome,
        turn.costUsd,
        turn.inputTokens,
        turn.outputTokens,
        turn.toolCalls,
        turn.peakContextTokens,
        turn.error,
      );
    if (added.changes > 0) this.#sum({ projectId, provider }, turn, { turns: 1, ...turn });
  }

  /** A cost that came after its turn's end counts to the session's newest turn; without one to none. */
  addLate({ sessionId, ...of }: TurnOf, late: NonNullable<Counted['late']>): void {
    const row = this.db.raw
      .query<Pick<CountedTurn, 'endedAt' | 'model'>, [number, number, number, string]>(
        `UPDATE session_metrics SET cost_usd = cost_usd + ?, input_tokens = input_tokens + ?, output_tokens = output_tokens + ?
          WHERE session_id = ?4 AND seq = (SELECT max(seq) FROM session_metrics WHERE session_id = ?4)
          RETURNING ended_at AS endedAt, model`,
      )
      .get(late.costUsd, late.inputTokens, late.outputTokens, sessionId);
    if (row) this.#sum(of, row, { turns: 0, toolCalls: 0, outcome: 'done', ...late });
  }

  /** Throws nothing; what nobody counted is not in it. */
  report({ projectId, days, limit }: z.output<typeof MetricsQuery>, now: number): MetricsReport {
    const since = dayOf(now - (days - 1) * DAY_MS);
    const ofProject = projectId === undefined ? '' : 'AND project_id = ?';
    const which = projectId === undefined ? [since] : [since, projectId];
    const sums = `sum(cost_usd) AS costUsd, sum(turns) AS turns, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens`;
    const { raw } = this.db;
    return {
      days: raw
        .query<DayMetrics, string[]>(
          `SELECT day, ${sums}, sum(tool_calls) AS toolCalls, sum(failed) AS failed
             FROM session_metric_days WHERE day >= ? ${ofProject} GROUP BY day ORDER BY day`,
        )
        .all(...which),
      models: raw
        .query<MetricsReport['models'][number], string[]>(
          `SELECT model, ${sums} FROM session_metric_days WHERE day >= ? ${ofProject} GROUP BY model
            ORDER BY costUsd DESC, inputTokens DESC, model`,
        )
        .all(...which),
      turns: raw
        .query<Row['sessionMetrics'], (string | number)[]>(
          `SELECT * FROM session_metrics WHERE ended_at >= ? ${ofProject} ORDER BY ended_at DESC LIMIT ?`,
        )
        .all(Date.parse(since), ...which.slice(1), limit)
        .map(turnOf),
    };
  }

  /** What is older than a report can ask for goes, and the oldest turns when there are too many. */
  prune(now: number): void {
    const oldest = dayOf(now - (KEPT_DAYS - 1) * DAY_MS);
    const { raw } = this.db;
    raw.query('DELETE FROM session_metric_days WHERE day < ?').run(oldest);
    raw.query('DELETE FROM session_metrics WHERE ended_at < ?').run(Date.parse(oldest));
    raw
      .query(
        `DELETE FROM session_metrics WHERE ended_at <
           (SELECT ended_at FROM session_metrics ORDER BY ended_at DESC LIMIT 1 OFFSET ?)`,
      )
      .run(this.keptTurns - 1);
  }

  clear(): void {
    for (const table of ['session_metrics', 'session_metric_days', 'session_metric_meters'])
      this.db.raw.run(`DELETE FROM ${table}`);
  }

  #sum(
    { projectId, provider }: Omit<TurnOf, 'sessionId'>,
    { endedAt, model }: Pick<CountedTurn, 'endedAt' | 'model'>,
    sums: Pick<CountedTurn, 'costUsd' | 'inputTokens' | 'outputTokens' | 'toolCalls' | 'outcome'> & { turns: number },
  ): void {
    const failed = sums.outcome === 'failed' || sums.outcome === 'lost' ? 1 : 0;
    this.db.raw
      .query(
        `INSERT INTO session_metric_days (day, project_id, model, turns, failed, tool_calls, cost_usd, input_tokens, output_tokens)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (day, project_id, model) DO UPDATE SET turns = turns + excluded.turns, failed = failed + excluded.failed,
           tool_calls = tool_calls + excluded.tool_calls, cost_usd = cost_usd + excluded.cost_usd,
           input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens`,
      )
      .run(
        dayOf(endedAt),
        projectId ?? '',
        model ?? provider,
        sums.turns,
        failed,
        sums.toolCalls,
        sums.costUsd,
        sums.inputTokens,
        sums.outputTokens,
      );
  }
}

function turnOf(row: Row['sessionMetrics']): TurnMetrics {
  return TurnMetrics.parse({
    sessionId: row.session_id,
    projectId: row.project_id,
    provider: row.provider,
    model: row.model,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    costUsd: row.cost_usd,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    toolCalls: row.tool_calls,
    peakContextTokens: row.peak_context_tokens,
    error: row.error,
  });
}

/** The UTC day of a time in ms. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
