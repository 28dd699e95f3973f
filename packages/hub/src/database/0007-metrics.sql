-- Turns of all sessions, made from their logs: can be made anew. One row a turn, named by the event that ended it.
CREATE TABLE session_metrics (
  session_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  project_id TEXT,
  provider TEXT NOT NULL,
  model TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  cost_usd REAL NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL,
  peak_context_tokens INTEGER,
  error TEXT,
  PRIMARY KEY (session_id, seq)
);
CREATE INDEX session_metrics_by_end ON session_metrics (ended_at);
CREATE INDEX session_metrics_by_project ON session_metrics (project_id, ended_at);
-- Their sums by UTC day, project ('' for none) and model: what charts are drawn from.
CREATE TABLE session_metric_days (
  day TEXT NOT NULL,
  project_id TEXT NOT NULL,
  model TEXT NOT NULL,
  turns INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  PRIMARY KEY (day, project_id, model)
);
CREATE INDEX session_metric_days_by_project ON session_metric_days (project_id, day);
-- How far each session's log is counted.
CREATE TABLE session_metric_meters (
  session_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  json TEXT NOT NULL
);
