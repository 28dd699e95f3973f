import { PermissionRule, type ProjectId, type RunOptions, type SessionId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubDatabase, Row } from '../database/index.ts';

/** What a person allowed for longer than one call: for a project, or once for a session whose agent had ended. */
export class PermissionRules {
  readonly #insert;
  readonly #forRun;
  readonly #ofProject;
  readonly #all;
  readonly #remove;
  readonly #consume;

  constructor(
    db: HubDatabase,
    private readonly clock: Clock,
  ) {
    this.#insert = db.raw.prepare<
      unknown,
      [string, string | null, string | null, string, string | null, string, number, number]
    >(
      `INSERT INTO permission_rules (id, project_id, session_id, tool_name, input_json, label, once, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#forRun = db.raw.prepare<Row['permissionRules'], [string | null, string]>(
      'SELECT * FROM permission_rules WHERE (project_id = ? AND session_id IS NULL) OR session_id = ? ORDER BY created_at',
    );
    this.#ofProject = db.raw.prepare<Row['permissionRules'], [string]>(
      'SELECT * FROM permission_rules WHERE project_id = ? ORDER BY created_at',
    );
    this.#all = db.raw.prepare<Row['permissionRules'], []>('SELECT * FROM permission_rules ORDER BY created_at');
    this.#remove = db.raw.prepare<unknown, [string]>('DELETE FROM permission_rules WHERE id = ?');
    this.#consume = db.raw.prepare<unknown, [string]>('DELETE FROM permission_rules WHERE id = ? AND once = 1');
  }

  /** Only within a transaction. */
  add(rule: Omit<PermissionRule, 'id' | 'createdAt'>): string {
    const id = crypto.randomUUID();
    const { projectId, sessionId, toolName, inputJson, label, once } = rule;
    this.#insert.run(id, projectId, sessionId, toolName, inputJson ?? null, label, once ? 1 : 0, this.clock.now());
    return id;
  }

  /** The rules under which a session of this project runs. */
  forRun(projectId: ProjectId | null, sessionId: SessionId): RunOptions['rules'] {
    return this.#forRun.all(projectId, sessionId).map((row) => ({
      id: row.id,
      toolName: row.tool_name,
      ...(row.input_json === null ? {} : { inputJson: row.input_json }),
      once: row.once === 1,
      decision: 'allow' as const,
    }));
  }

  list(projectId?: ProjectId): PermissionRule[] {
    const rows = projectId === undefined ? this.#all.all() : this.#ofProject.all(projectId);
    return rows.map((row) =>
      PermissionRule.parse({
        id: row.id,
        projectId: row.project_id,
        sessionId: row.session_id,
        toolName: row.tool_name,
        inputJson: row.input_json ?? undefined,
        label: row.label,
        once: row.once === 1,
        createdAt: row.created_at,
      }),
    );
  }

  /** False when there is no such rule. */
  remove(id: string): boolean {
    return this.#remove.run(id).changes > 0;
  }

  /** A one-shot rule answered its call: it is used up. Others stay. */
  consume(id: string): void {
    this.#consume.run(id);
  }
}
