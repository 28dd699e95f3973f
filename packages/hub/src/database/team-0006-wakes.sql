-- When agents are woken besides the wake strategy of managers.
CREATE TABLE wake_triggers (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  -- WakeCondition, as JSON
  condition TEXT NOT NULL,
  prompt TEXT NOT NULL,
  once INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_fired_at INTEGER,
  -- cron: the time it waits for, which may have passed while the hub was off; null while it waits for none
  planned_at INTEGER,
  -- task: 1 while it stands so
  met INTEGER NOT NULL DEFAULT 0,
  -- check: WakeCheck of its last run, as JSON
  last_check TEXT
);
CREATE INDEX wake_triggers_by_agent ON wake_triggers (agent_id);

-- What is to reach an agent as a prompt because a trigger fired; put down in the transaction that saw the reason.
CREATE TABLE wakes (
  -- made of the trigger and of what it fired for, so that this is told once
  id TEXT PRIMARY KEY,
  trigger_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  label TEXT NOT NULL,
  text TEXT NOT NULL,
  -- chosen before the prompt is given, so that a repeat is the same command
  session_id TEXT,
  done INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE INDEX wakes_open ON wakes (done) WHERE done = 0;
CREATE INDEX wakes_by_trigger ON wakes (trigger_id, created_at);
