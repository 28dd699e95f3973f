import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/**
 * The tables of sessions.db. Changed together with a new migration beside this file; a test compares the two. The code
 * takes its row types from here and asks with prepared SQL (decision 6).
 */
export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    epoch: text('epoch').notNull(),
    project_id: text('project_id'),
    created_at: integer('created_at').notNull(),
    last_activity_at: integer('last_activity_at').notNull(),
    open: integer('open').notNull(),
    held: integer('held').notNull().default(0),
    snapshot_seq: integer('snapshot_seq').notNull(),
    state: text('state').notNull(),
  },
  (t) => [
    index('sessions_by_activity').on(t.last_activity_at),
    index('sessions_by_project').on(t.project_id, t.last_activity_at),
    index('sessions_open').on(t.open),
  ],
);

export const sessionEvents = sqliteTable(
  'session_events',
  {
    session_id: text('session_id').notNull(),
    seq: integer('seq').notNull(),
    at: integer('at').notNull(),
    origin: integer('origin'),
    kind: text('kind').notNull(),
    payload: text('payload').notNull(),
  },
  (t) => [primaryKey({ columns: [t.session_id, t.seq] })],
);

export const machineCursor = sqliteTable(
  'machine_cursor',
  {
    machine_id: text('machine_id').notNull(),
    epoch: text('epoch').notNull(),
    seq: integer('seq').notNull(),
    updated_at: integer('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.machine_id, t.epoch] })],
);

export const adapterMemory = sqliteTable('adapter_memory', {
  session_id: text('session_id').primaryKey(),
  json: text('json').notNull(),
});

export const outbox = sqliteTable('outbox', {
  position: integer('position').primaryKey({ autoIncrement: true }),
  id: text('id').notNull().unique(),
  session_id: text('session_id').notNull(),
  created_at: integer('created_at').notNull(),
  command: text('command').notNull(),
});

export const doneCommands = sqliteTable('done_commands', {
  position: integer('position').primaryKey({ autoIncrement: true }),
  id: text('id').notNull().unique(),
  at: integer('at').notNull(),
  result: text('result').notNull(),
  /** Of the operation and its input; null for commands of before it was kept. */
  fingerprint: text('fingerprint'),
});

export const asks = sqliteTable(
  'asks',
  {
    id: text('id').primaryKey(),
    session_id: text('session_id').notNull(),
    opened_at: integer('opened_at').notNull(),
    answered_by: text('answered_by'),
    answer: text('answer'),
  },
  (t) => [index('asks_by_session').on(t.session_id)],
);

export const permissionRules = sqliteTable(
  'permission_rules',
  {
    id: text('id').primaryKey(),
    project_id: text('project_id'),
    session_id: text('session_id'),
    tool_name: text('tool_name').notNull(),
    input_json: text('input_json'),
    label: text('label').notNull(),
    once: integer('once').notNull(),
    created_at: integer('created_at').notNull(),
  },
  (t) => [index('permission_rules_by_project').on(t.project_id), index('permission_rules_by_session').on(t.session_id)],
);

export const settings = sqliteTable('settings', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

export const providerSessions = sqliteTable(
  'provider_sessions',
  {
    provider: text('provider').notNull(),
    provider_session_id: text('provider_session_id').notNull(),
    session_id: text('session_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.provider_session_id] })],
);

export const spending = sqliteTable(
  'spending',
  {
    day: text('day').notNull(),
    session_id: text('session_id').notNull(),
    project_id: text('project_id'),
    cost_usd: real('cost_usd').notNull(),
    tokens: integer('tokens').notNull(),
    unpriced_tokens: integer('unpriced_tokens').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.day, t.session_id] }),
    index('spending_by_session').on(t.session_id),
    index('spending_by_project').on(t.project_id, t.day),
  ],
);

export const spendingMeters = sqliteTable('spending_meters', {
  session_id: text('session_id').primaryKey(),
  json: text('json').notNull(),
});

export const budgetOverrides = sqliteTable(
  'budget_overrides',
  {
    id: text('id').primaryKey(),
    scope: text('scope').notNull(),
    scope_id: text('scope_id').notNull(),
    period: text('period').notNull(),
    usd: real('usd').notNull(),
    tokens: integer('tokens').notNull(),
    by: text('by').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [index('budget_overrides_by_scope').on(t.scope, t.scope_id, t.period)],
);

export const budgetNotices = sqliteTable(
  'budget_notices',
  {
    scope: text('scope').notNull(),
    scope_id: text('scope_id').notNull(),
    period: text('period').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.scope_id, t.period] })],
);

export const sessionAnchors = sqliteTable(
  'session_anchors',
  {
    id: text('id').primaryKey(),
    project_id: text('project_id').notNull(),
    session_id: text('session_id').notNull(),
    anchor_type: text('anchor_type').notNull(),
    message_id: text('message_id'),
    content: text('content').notNull(),
    estimated_tokens: integer('estimated_tokens').notNull(),
    turn_index: integer('turn_index').notNull().default(0),
    seq: integer('seq').notNull(),
    created_at: integer('created_at').notNull(),
  },
  (t) => [
    index('session_anchors_by_project').on(t.project_id),
    uniqueIndex('session_anchors_by_message').on(t.session_id, t.message_id),
  ],
);

export const anchoredProjects = sqliteTable('anchored_projects', {
  project_id: text('project_id').primaryKey(),
  session_id: text('session_id').notNull(),
  at: integer('at').notNull(),
});

export const notifications = sqliteTable(
  'notifications',
  {
    position: integer('position').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    key: text('key').notNull(),
    json: text('json').notNull(),
    read: integer('read').notNull(),
    cleared: integer('cleared').notNull(),
  },
  (t) => [uniqueIndex('notifications_by_id').on(t.id), uniqueIndex('notifications_by_key').on(t.key)],
);

export const sessionMetrics = sqliteTable(
  'session_metrics',
  {
    session_id: text('session_id').notNull(),
    seq: integer('seq').notNull(),
    project_id: text('project_id'),
    provider: text('provider').notNull(),
    model: text('model'),
    started_at: integer('started_at').notNull(),
    ended_at: integer('ended_at').notNull(),
    outcome: text('outcome').notNull(),
    cost_usd: real('cost_usd').notNull(),
    input_tokens: integer('input_tokens').notNull(),
    output_tokens: integer('output_tokens').notNull(),
    tool_calls: integer('tool_calls').notNull(),
    peak_context_tokens: integer('peak_context_tokens'),
    error: text('error'),
  },
  (t) => [
    primaryKey({ columns: [t.session_id, t.seq] }),
    index('session_metrics_by_end').on(t.ended_at),
    index('session_metrics_by_project').on(t.project_id, t.ended_at),
  ],
);

export const sessionMetricDays = sqliteTable(
  'session_metric_days',
  {
    day: text('day').notNull(),
    project_id: text('project_id').notNull(),
    model: text('model').notNull(),
    turns: integer('turns').notNull(),
    failed: integer('failed').notNull(),
    tool_calls: integer('tool_calls').notNull(),
    cost_usd: real('cost_usd').notNull(),
    input_tokens: integer('input_tokens').notNull(),
    output_tokens: integer('output_tokens').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.day, t.project_id, t.model] }),
    index('session_metric_days_by_project').on(t.project_id, t.day),
  ],
);

export const sessionMetricMeters = sqliteTable('session_metric_meters', {
  session_id: text('session_id').primaryKey(),
  seq: integer('seq').notNull(),
  json: text('json').notNull(),
});

export const sshSessions = sqliteTable('ssh_sessions', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  host: text('host').notNull(),
  port: integer('port'),
  username: text('username').notNull().default(''),
  key_file: text('key_file').notNull().default(''),
  folder: text('folder').notNull().default(''),
  color: text('color').notNull().default('#89b4fa'),
  start_folder: text('start_folder').notNull().default(''),
  forward_agent: integer('forward_agent').notNull().default(0),
  created_at: integer('created_at').notNull(),
  last_used_at: integer('last_used_at'),
});
