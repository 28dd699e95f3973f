import { type AgentId, type GroupId, OPERATOR, SYSTEM, TeamAgent, type TeamRole, type Tier } from '@agor/protocol';
import type { RightsRole } from './actor.ts';
import type { TeamContext } from './context.ts';
import { TeamFailure } from './failure.ts';

/** An agent as the groups know it. */
export interface AgentRecord {
  readonly id: AgentId;
  readonly name: string;
  readonly role: TeamRole;
  /** Whose rights it has: for a role that the person made up, those of a known one. */
  readonly rights: RightsRole;
  readonly groupId: GroupId;
  readonly tier: Tier;
  readonly model: string | null;
  readonly cwd: string | null;
}

interface AgentRow {
  id: string;
  name: string;
  role: string;
  group_id: string | null;
  tier: number;
  model: string | null;
  cwd: string | null;
  last_active_at: number | null;
  unread: number;
}

const COLUMNS = 'a.id, a.name, a.role, a.group_id, a.tier, a.model, a.cwd, a.last_active_at, a.unread';
/** A heartbeat younger than this is a sign of life (spec §6.6). */
export const FRESH_MS = 300_000;

const UPSERT = `INSERT INTO agents (id, name, role, rights, group_id, tier, model, cwd, present, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, rights = excluded.rights, group_id = excluded.group_id,
    tier = excluded.tier, model = excluded.model, cwd = excluded.cwd, present = 1`;

/** Makes the registry what the groups say; who is in no group any more stays known for what it said, and can't be written to. */
export function registerAgents(ctx: TeamContext, agents: readonly AgentRecord[]): void {
  ctx.db.write(() => {
    const { raw } = ctx.db;
    const now = ctx.clock.now();
    const put = raw.query(UPSERT);
    raw.query('UPDATE agents SET present = 0 WHERE tier > 0').run();
    put.run(OPERATOR, 'Operator', 'admin', 'admin', null, 0, null, null, now);
    put.run(SYSTEM, 'agor', 'system', 'admin', null, 0, null, null, now);
    for (const { id, name, role, rights, groupId, tier, model, cwd } of agents)
      put.run(id, name, role, rights, groupId, tier, model, cwd, now);
    remakeContacts(ctx, agents);
    ctx.changed({ kind: 'agents' });
  });
}

/** A plugin is known by its name for what it writes; it is in no list, and nobody can write to it. */
export function registerPlugin({ db: { raw }, clock }: TeamContext, id: AgentId, name: string): void {
  raw
    .query(
      `INSERT INTO agents (id, name, role, rights, group_id, tier, present, created_at) VALUES (?, ?, 'plugin', 'plugin', NULL, 0, 0, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
    )
    .run(id, name, clock.now());
}

/** Every pair of tier 1 of a group, the manager with every tier 2 of it, the operator with everyone (spec §6.2). Stale ones go. */
function remakeContacts({ db: { raw } }: TeamContext, agents: readonly AgentRecord[]): void {
  raw.query("DELETE FROM contacts WHERE source = 'rule'").run();
  const add = raw.query("INSERT OR IGNORE INTO contacts (agent_id, contact_id, source) VALUES (?, ?, 'rule')");
  for (const one of agents) {
    add.run(OPERATOR, one.id);
    add.run(one.id, OPERATOR);
    for (const other of agents)
      if (one.id !== other.id && one.groupId === other.groupId && mayTalk(one, other)) add.run(one.id, other.id);
  }
}

function mayTalk(one: AgentRecord, other: AgentRecord): boolean {
  if (one.tier === 1 && other.tier === 1) return true;
  return one.rights === 'manager' || other.rights === 'manager';
}

/** The agent of that id or, when only one has it, name. Throws `TeamFailure`. `groupId` null: of every group. */
export function findAgent(ctx: TeamContext, word: string, groupId: GroupId | null): TeamAgent {
  const found = ctx.db.raw
    .query<AgentRow, [string, string, string | null, string | null]>(
      `SELECT ${COLUMNS} FROM agents a WHERE a.present = 1 AND (a.id = ? OR a.name = ? COLLATE NOCASE)
         AND (?3 IS NULL OR a.group_id IS NULL OR a.group_id = ?4) ORDER BY a.id = ?1 DESC LIMIT 3`,
    )
    .all(word, word, groupId, groupId);
  const [first, second] = found;
  if (!first)
    throw new TeamFailure(
      'notFound',
      `There is no agent "${word}" here. \`btmsg contacts\` lists who can be written to.`,
    );
  if (second && first.id !== word)
    throw new TeamFailure(
      'ambiguous',
      `Several agents are called "${word}": ${found.map((row) => row.id).join(', ')}. Use the id.`,
    );
  return asAgent(ctx, first);
}

export function listAgents(ctx: TeamContext, groupId: GroupId | null): TeamAgent[] {
  return ctx.db.raw
    .query<AgentRow, [string | null, string | null]>(
      `SELECT ${COLUMNS} FROM agents a WHERE a.present = 1 AND a.role <> 'system'
         AND (?1 IS NULL OR a.group_id IS NULL OR a.group_id = ?2) ORDER BY a.tier, a.name`,
    )
    .all(groupId, groupId)
    .map((row) => asAgent(ctx, row));
}

export function contactsOf(ctx: TeamContext, id: AgentId): TeamAgent[] {
  return ctx.db.raw
    .query<AgentRow, [string]>(
      `SELECT ${COLUMNS} FROM contacts c JOIN agents a ON a.id = c.contact_id
         WHERE c.agent_id = ? AND a.present = 1 AND a.role <> 'system' ORDER BY a.tier, a.name`,
    )
    .all(id)
    .map((row) => asAgent(ctx, row));
}

export function hasContact({ db: { raw } }: TeamContext, from: AgentId, to: AgentId): boolean {
  return raw.query('SELECT 1 FROM contacts WHERE agent_id = ? AND contact_id = ?').get(from, to) !== null;
}

/** The agents of a group, as the groups are now, who have these rights. */
export function agentsWith({ db: { raw } }: TeamContext, groupId: GroupId, rights: RightsRole): AgentId[] {
  return raw
    .query<{ id: AgentId }, [string, string]>(
      'SELECT id FROM agents WHERE present = 1 AND group_id = ? AND rights = ? ORDER BY id',
    )
    .all(groupId, rights)
    .map(({ id }) => id);
}

/** Given by a person or a manager: kept when the groups change. */
export function allowContact({ db: { raw } }: TeamContext, from: AgentId, to: AgentId): number {
  const put = `INSERT INTO contacts (agent_id, contact_id, source) VALUES (?, ?, 'allowed') ON CONFLICT DO NOTHING`;
  return raw.query(put).run(from, to).changes;
}

/** A sign of life, from anything that the agent's session does (spec §6.6). */
export function heartbeat({ db, clock }: TeamContext, id: AgentId): void {
  db.raw.query('UPDATE agents SET last_active_at = ? WHERE id = ?').run(clock.now(), id);
}

function asAgent(ctx: TeamContext, row: AgentRow): TeamAgent {
  const id = row.id as AgentId;
  const fresh = row.last_active_at !== null && ctx.clock.now() - row.last_active_at <= FRESH_MS;
  return TeamAgent.parse({
    id,
    name: row.name,
    role: row.role,
    groupId: row.group_id,
    tier: row.tier,
    model: row.model,
    cwd: row.cwd,
    status: row.tier === 0 || ctx.isActive(id) ? 'active' : fresh ? 'sleeping' : 'stopped',
    lastActiveAt: row.last_active_at,
    unread: row.unread,
  });
}
