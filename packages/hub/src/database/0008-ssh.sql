-- Computers that the person reaches by SSH. No password is ever kept.
CREATE TABLE ssh_sessions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  -- NULL: as the person's ssh config says, else 22
  port INTEGER,
  username TEXT NOT NULL DEFAULT '',
  key_file TEXT NOT NULL DEFAULT '',
  folder TEXT NOT NULL DEFAULT '',
  color TEXT NOT NULL DEFAULT '#89b4fa',
  start_folder TEXT NOT NULL DEFAULT '',
  forward_agent INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
);
