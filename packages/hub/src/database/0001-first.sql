CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  project_id TEXT,
  created_at INTEGER NOT NULL,
  last_activity_at INTEGER NOT NULL,
  -- 1 while a process, a turn, a prompt or an ask is open: such sessions are always listed
  open INTEGER NOT NULL,
  -- 1 after a person's stop: the queue waits for their next word
  held INTEGER NOT NULL DEFAULT 0,
  snapshot_seq INTEGER NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX sessions_by_activity ON sessions (last_activity_at);
CREATE INDEX sessions_by_project ON sessions (project_id, last_activity_at);
CREATE INDEX sessions_open ON sessions (open) WHERE open = 1;

CREATE TABLE session_events (
  session_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  origin INTEGER,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (session_id, seq)
);

CREATE TABLE machine_cursor (
  machine_id TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (machine_id, epoch)
);

CREATE TABLE adapter_memory (
  session_id TEXT PRIMARY KEY,
  json TEXT NOT NULL
);

CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  command TEXT NOT NULL
);

CREATE TABLE done_commands (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  result TEXT NOT NULL
);

CREATE TABLE asks (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  answered_by TEXT,
  answer TEXT
);
CREATE INDEX asks_by_session ON asks (session_id);

CREATE TABLE permission_rules (
  id TEXT PRIMARY KEY,
  project_id TEXT,
  session_id TEXT,
  tool_name TEXT NOT NULL,
  input_json TEXT,
  label TEXT NOT NULL,
  once INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX permission_rules_by_project ON permission_rules (project_id);
CREATE INDEX permission_rules_by_session ON permission_rules (session_id);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
