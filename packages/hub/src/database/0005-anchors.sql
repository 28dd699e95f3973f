-- Excerpts of conversations that survive the compaction of their context.
CREATE TABLE session_anchors (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  anchor_type TEXT NOT NULL,
  -- the message or prompt that was pinned; NULL for a turn
  message_id TEXT,
  content TEXT NOT NULL,
  estimated_tokens INTEGER NOT NULL,
  turn_index INTEGER NOT NULL DEFAULT 0,
  -- the event at which it ends
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX session_anchors_by_project ON session_anchors (project_id);
CREATE UNIQUE INDEX session_anchors_by_message ON session_anchors (session_id, message_id);
-- Projects whose first compaction was seen: it makes anchors once, also when the person removed them since.
CREATE TABLE anchored_projects (
  project_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  at INTEGER NOT NULL
);
