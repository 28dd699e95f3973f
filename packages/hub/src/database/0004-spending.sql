-- What sessions spent, made from their logs: can be made anew. One row per UTC day and session.
CREATE TABLE spending (
  day TEXT NOT NULL,
  session_id TEXT NOT NULL,
  project_id TEXT,
  cost_usd REAL NOT NULL,
  tokens INTEGER NOT NULL,
  -- the part of tokens whose price nobody knows
  unpriced_tokens INTEGER NOT NULL,
  PRIMARY KEY (day, session_id)
);
CREATE INDEX spending_by_session ON spending (session_id);
CREATE INDEX spending_by_project ON spending (project_id, day);
-- How far each session's log is counted.
CREATE TABLE spending_meters (
  session_id TEXT PRIMARY KEY,
  json TEXT NOT NULL
);
-- What a person let a budget go on by, once.
CREATE TABLE budget_overrides (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  period TEXT NOT NULL,
  usd REAL NOT NULL,
  tokens INTEGER NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX budget_overrides_by_scope ON budget_overrides (scope, scope_id, period);
-- Of which budgets the person was told in a period.
CREATE TABLE budget_notices (
  scope TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  period TEXT NOT NULL,
  PRIMARY KEY (scope, scope_id, period)
);
