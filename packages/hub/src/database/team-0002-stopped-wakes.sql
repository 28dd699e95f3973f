-- Managers that Stop All keeps from being woken, until the person prompts or restarts them.
CREATE TABLE stopped_wakes (
  agent_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
);
